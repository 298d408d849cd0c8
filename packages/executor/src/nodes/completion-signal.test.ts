import { describe, expect, it } from 'vitest'
import { saysDone } from './completion-signal.ts'

describe('the completion signal', () => {
  it.each([
    'DONE',
    'All tests pass.\nDONE',
    'DONE\nThe rest is history.',
    '**DONE**',
    '"DONE"',
    '> DONE.',
    'DONE ✅',
    '<promise>DONE</promise>',
    'It is over: <status> DONE </status>, at last.',
    'All good.\r\nDONE\r\n',
  ])('is seen in %j', (answer) => {
    expect(saysDone(answer, 'DONE')).toBe(true)
  })

  it.each([
    '',
    'UNDONE',
    'This is not DONE',
    'It is DONE now',
    'not DONE.',
    'done',
    'DONE_SOON',
    '<promise>not DONE</promise>',
    '<a>DONE</b>',
    'DONE: nothing, open: everything',
  ])('is not seen in %j', (answer) => {
    expect(saysDone(answer, 'DONE')).toBe(false)
  })

  it('takes the word as it is, not as a pattern', () => {
    expect(saysDone('D.NE', 'D.NE')).toBe(true)
    expect(saysDone('DONE', 'D.NE')).toBe(false)
  })
})
