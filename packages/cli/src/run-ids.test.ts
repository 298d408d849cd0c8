import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newRunId, shortenId } from './run-ids.ts'

const id = fc.string({ unit: fc.constantFrom('a', 'b', '7'), minLength: 1, maxLength: 10 })

describe('newRunId', () => {
  it('is eight characters that nobody takes for one another', () => {
    for (let count = 0; count < 200; count++) expect(newRunId()).toMatch(/^[0-9a-hjkmnp-tv-z]{8}$/)
  })

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1_000 }, newRunId)).size).toBe(1_000)
  })
})

describe('shortenId', () => {
  it('keeps four characters where they are enough', () => {
    expect(shortenId('7f3a2k9m', ['7f3a2k9m', 'abcd0000'])).toBe('7f3a')
  })

  it('keeps as many as tell the id from all others', () => {
    expect(shortenId('7f3a2k9m', ['7f3a2k00', '7f3b0000'])).toBe('7f3a2k9')
  })

  it('always gives a beginning that no other id has, unless it is the whole id', () => {
    fc.assert(
      fc.property(id, fc.array(id), (own, others) => {
        const short = shortenId(own, others)
        expect(own.startsWith(short)).toBe(true)
        const meant = others.filter((other) => other !== own && other.startsWith(short))
        expect(short === own || meant.length === 0).toBe(true)
      }),
    )
  })
})
