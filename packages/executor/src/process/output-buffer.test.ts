import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginning, OutputBuffer, Tail } from './output-buffer.ts'

/** The bytes in pieces of these lengths, again and again. */
function* pieces(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1
    yield bytes.subarray(at, at + length)
    at += length
  }
}

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })

function collected(bytes: Uint8Array, cut: readonly number[], limit = 1_000_000): OutputBuffer {
  const buffer = new OutputBuffer(limit)
  for (const piece of pieces(bytes, cut)) buffer.push(piece)
  return buffer
}

describe('an output', () => {
  it('is the text that was printed, wherever characters were cut in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), lengths, (text, cut) => {
        const wellFormed = Buffer.from(text).toString('utf8')
        expect(collected(Buffer.from(wellFormed), cut).text()).toBe(wellFormed)
      }),
    )
  })

  it('keeps NUL and a byte order mark, and has U+FFFD for what is no UTF-8', () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x00, 0xff, 0xc3, 0x28, 0xe2, 0x82, 0x62])
    expect(collected(bytes, [1]).text()).toBe('\ufeffa\0\ufffd\ufffd(\ufffdb')
  })

  it('over the bound is counted and not kept', () => {
    const buffer = collected(new Uint8Array(1_000), [64], 999)
    expect([buffer.overflowed, buffer.bytes, buffer.text()]).toEqual([true, 1_000, ''])
  })
})

describe('the beginning of a text', () => {
  it.each([
    ['short', 'short'],
    ['exactly ten', 'exactly …'],
    ['0123456789', '0123456789'],
    ['0123456789abc', ' …'],
  ])('of %j is %j', (text, start) => {
    expect(beginning(text, 10)).toBe(start)
  })
})

describe('the end of a stream', () => {
  const tailOf = (text: string, limit = 20) => {
    const tail = new Tail(limit)
    for (const piece of pieces(Buffer.from(text), [7])) tail.push(piece)
    return tail.text()
  }

  it.each([
    ['all of it, when it fits', 'one\ntwo\n', 'one\ntwo'],
    ['whole lines', 'a line that goes\nlast line\nend\n', 'last line\nend'],
    ['whole words of a line that is too long', 'a very long sentence without an end', 'without an end'],
    ['nothing of a word that is too long', 'x'.repeat(50), ''],
    ['no half characters', `${'é'.repeat(30)} é`, 'é'],
  ])('is %s', (_, text, end) => {
    expect(tailOf(text)).toBe(end)
  })

  it('is what came last, whatever the pieces were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii' })),
        fc.integer({ min: 1, max: 40 }),
        (chunks, limit) => {
          const tail = new Tail(limit)
          for (const chunk of chunks) tail.push(Buffer.from(chunk))
          const whole = chunks.join('')
          const end = tail.text()
          expect(whole.trimEnd().endsWith(end)).toBe(true)
          if (whole.length <= limit) expect(end).toBe(whole.trimEnd())
        },
      ),
    )
  })

  it('is never longer than its bound', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 60 })),
        fc.integer({ min: 1, max: 40 }),
        (chunks, limit) => {
          const tail = new Tail(limit)
          for (const chunk of chunks) tail.push(Buffer.from(chunk))
          expect(Buffer.byteLength(tail.text())).toBeLessThanOrEqual(limit)
        },
      ),
    )
  })
})
