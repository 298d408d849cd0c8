import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oneLine } from './one-line.ts'
import { printable } from './printable.ts'

describe('printable', () => {
  it.each([
    ['plain text, naïve and 😀', 'plain text, naïve and 😀'],
    ['two\r\nlines\tand a tab', 'two\nlines\tand a tab'],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;title\x07text', 'text'],
    ['over\rwritten', 'overwritten'],
    ['abc\u202edcba', 'abcdcba'],
  ])('shows %j as %j', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it('never leaves what a terminal takes for a command', () => {
    const text = fc.string({
      unit: fc.constantFrom('\x1b', '[', ']', '0', ';', 'm', '\x07', '\r', '\x9b', 'a', '\\'),
    })
    fc.assert(fc.property(text, (given) => !/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(printable(given))))
  })
})

describe('oneLine', () => {
  it.each([
    ['one', 'one'],
    ['  one  \n', 'one'],
    ['one\ntwo', 'one …'],
    ['', ''],
  ])('shows %j as %j', (text, shown) => {
    expect(oneLine(text)).toBe(shown)
  })

  it('cuts what is very long', () => {
    expect(oneLine('x'.repeat(1_000))).toHaveLength(200)
  })
})
