import fc from 'fast-check'
import { expect, it } from 'vitest'
import { prefixLines } from './prefix-lines.ts'

async function prefixed(text: string, cuts: number[]): Promise<string> {
  const bytes = Buffer.from(text)
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  async function* chunks() {
    for (const [index, place] of places.slice(1).entries()) yield bytes.subarray(places[index], place)
  }
  let whole = ''
  for await (const piece of prefixLines('a | ', chunks())) whole += piece
  return whole
}

it('puts the prefix before each line, wherever the text is cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', '😀', '\r'), maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(), { maxLength: 5 }), async (given, cuts) => {
      const lines = given.split('\n')
      if (lines.at(-1) === '') lines.pop()
      expect(await prefixed(given, cuts)).toBe(lines.map((line) => `a | ${line}\n`).join(''))
    }),
  )
})
