import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeText, unescapeText } from './escaped-text.ts'

const anyText = fc.string({
  unit: fc.constantFrom('a', '\\', 'u', '0', 'd8', '\0', '\ud800', '\udc00', '\ufeff', 'é', '😀'),
})

describe('escaping a text', () => {
  it('keeps ordinary texts as they are', () => {
    for (const text of ['', 'hello', 'é', 'e\u0301', '😀', 'a\tb\n', 'a '])
      expect(escapeText(text)).toBe(text)
  })

  it('makes of any text one that is well-formed, without NUL, and gives it back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeText(text)
        expect(escaped.isWellFormed()).toBe(true)
        expect(escaped).not.toMatch(/[\0\ufeff]/)
        expect(unescapeText(escaped)).toBe(text)
      }),
    )
  })

  it('keeps different texts apart', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(escapeText(one) === escapeText(other)).toBe(one === other)
      }),
    )
  })
})
