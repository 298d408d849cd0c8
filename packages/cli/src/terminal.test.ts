import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createTerminal, useColor } from './terminal.ts'

describe('useColor', () => {
  it.each([
    ['a terminal', { isTTY: true }, {}, true, true],
    ['no terminal', {}, {}, true, false],
    ['NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, true, true],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, true, false],
    ['--no-color', { isTTY: true }, { FORCE_COLOR: '1' }, false, false],
    ['FORCE_COLOR', {}, { FORCE_COLOR: '1' }, true, true],
    ['FORCE_COLOR=0', { isTTY: true }, { FORCE_COLOR: '0' }, true, false],
    ['both variables', {}, { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  ])('with %s', (_case, stream, env, wanted, expected) => {
    expect(useColor(stream, env, wanted)).toBe(expected)
  })
})

describe('a terminal', () => {
  const collect = (lines: string[]) =>
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
  const failing = (code: string) =>
    new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) })
  const wishes = { json: false, quiet: false, color: true }

  it('keeps data and talk apart', () => {
    const [data, talk]: [string[], string[]] = [[], []]
    const terminal = createTerminal({
      stdout: collect(data),
      stderr: collect(talk),
      env: {},
      wishes: () => wishes,
    })
    terminal.print('data')
    terminal.note('note')
    terminal.say('said')
    expect([data, talk]).toEqual([['data\n'], ['note\n', 'said\n']])
  })

  it.each([{ quiet: true }, { json: true }])('leaves out notes with %j', (wish) => {
    const talk: string[] = []
    const terminal = createTerminal({
      stdout: collect([]),
      stderr: collect(talk),
      env: {},
      wishes: () => ({ ...wishes, ...wish }),
    })
    terminal.note('note')
    terminal.say('said')
    expect(talk).toEqual(['said\n'])
  })

  it('takes a reader that has gone as the end of the data, not as an error', async () => {
    const stdout = failing('EPIPE')
    const terminal = createTerminal({ stdout, stderr: collect([]), env: {}, wishes: () => wishes })
    terminal.print('data')
    await terminal.flush()
    terminal.print('more')
    expect([terminal.outputClosed, terminal.outputError]).toEqual([true, null])
  })

  it('keeps any other reason why data could not be written', async () => {
    const stdout = failing('ENOSPC')
    const terminal = createTerminal({ stdout, stderr: collect([]), env: {}, wishes: () => wishes })
    terminal.print('data')
    await terminal.flush()
    expect(terminal.outputError?.message).toBe('ENOSPC')
  })
})
