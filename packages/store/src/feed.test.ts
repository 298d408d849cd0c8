import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFeedCursor, encodeFeedCursor, hasEventFeed } from './feed.ts'

describe('a cursor of a feed', () => {
  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (place) => {
        expect([...decodeFeedCursor(encodeFeedCursor(place))]).toEqual([...place])
      }),
    )
  })

  it('is refused when a character of it has changed, is gone or is one too many', () => {
    const cursor = encodeFeedCursor(Buffer.from('a place'))
    const changed = [...cursor].flatMap((character, index) => {
      const [before, after] = [cursor.slice(0, index), cursor.slice(index + 1)]
      return [
        `${before}${character === 'x' ? 'y' : 'x'}${after}`,
        before + after,
        `${before}!${character}${after}`,
      ]
    })
    for (const text of ['', ...changed]) {
      expect(() => decodeFeedCursor(text), text).toThrow(expect.objectContaining({ code: 'invalid_record' }))
    }
  })
})

describe('hasEventFeed', () => {
  it('tells a store with a feed from one without', () => {
    expect(hasEventFeed({ readEvents: async () => ({ events: [], cursor: '' }) })).toBe(true)
    expect(hasEventFeed({ readEvents: true })).toBe(false)
    expect(hasEventFeed({})).toBe(false)
  })
})
