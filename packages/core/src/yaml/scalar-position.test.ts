import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Document, isMap, isScalar, parseDocument, Scalar } from 'yaml'
import { scalarPositions } from './scalar-position.ts'

/** The value under the key `key`, and the mapping of its places. */
function valueUnder(text: string) {
  const { contents, errors } = parseDocument(text)
  fc.pre(errors.length === 0)
  const scalar: unknown = isMap(contents) ? contents.get('key', true) : null
  if (!isScalar<string>(scalar) || typeof scalar.value !== 'string' || !scalar.range)
    throw new Error(`no text in ${text}`)
  const [start, end] = scalar.range
  const { value, type: style } = scalar
  return { value, map: scalarPositions({ text, start, end, style, value }) }
}

/** What stands in the source where the word stands in the value. */
function sourceAt(text: string, word: string): string {
  const { value, map } = valueUnder(text)
  const at = value.indexOf(word)
  if (at === -1) throw new Error(`${JSON.stringify(value)} has no ${word}`)
  return text.slice(map(at), map(at + word.length - 1) + 1)
}

describe('scalar positions', () => {
  it.each([
    ['plain', 'key: some $X here'],
    ['plain over several lines', 'key: some\n  words\n\n\n  and $X here'],
    ['single-quoted', "key: 'it''s $X here'"],
    ['single-quoted over several lines', "key: 'it''s  \n   fine\n\n  and '' $X here'"],
    ['double-quoted', 'key: "a \\"b\\" \\x41\\u00e9\\U0001F600\\\\ $X here"'],
    ['double-quoted over several lines', 'key: "a \\n b\n\n   c\\\n   d \\t $X here"'],
    ['literal', 'key: |\n  one\n   two\n\n  and $X here\n'],
    ['literal with an indentation of its own', 'key: |2\n    one\n  and $X here\n'],
    ['literal that begins with blank lines', 'key: |+\n\n   \n   and $X here\n\n'],
    ['literal with a comment after its header', 'key: |- # $X\n  and $X here'],
    ['literal with tabs', 'key: |\n  \tand $X here\n'],
    ['folded', 'key: >\n  one\n  two\n\n\n  and $X here\n'],
    ['folded with more indented lines', 'key: >-\n  one\n    two\n\n    three\n  four\n  and $X here\n'],
    ['in a flow mapping', '{a: 1, key: some $X here, b: 2}'],
    ['with an anchor before it', 'key: &name |\n  and $X here\n'],
  ])('finds a word in a text that is %s', (_, text) => {
    expect(sourceAt(text, '$X')).toBe('$X')
  })

  it('gives an escape the place of its backslash', () => {
    const { map } = valueUnder('key: "\\u0041$X"')
    expect([map(0), map(1)]).toEqual([6, 12])
  })

  it('gives an index past the end the place after the last character', () => {
    const { value, map } = valueUnder('key: word # comment')
    expect(map(value.length)).toBe('key: word'.length)
  })

  const styles = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const
  /** With something but white space in it: what is wrong with a text stands at such a character. */
  const word = fc
    .string({ unit: fc.constantFrom(...'ab$.\'"\\:# \t\n\n'), maxLength: 60 })
    .filter((text) => text.trim() !== '')

  it.each(styles)('finds every character of a %s scalar', (style) => {
    fc.assert(
      fc.property(
        word,
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(0, 20),
        (written, indent, lineWidth) => {
          const scalar = new Scalar(written)
          scalar.type = style
          const text = new Document({ key: scalar }).toString({ indent, lineWidth })
          const { value, map } = valueUnder(text)
          for (const [index, character] of [...value].entries()) {
            const found = text[map(index)]
            const folded = character === ' ' || character === '\n'
            expect([character, '\\', ...(folded ? ['\n', ' ', '\t'] : [])]).toContain(found)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it.each(styles)('goes forward in a %s scalar', (style) => {
    fc.assert(
      fc.property(word, (written) => {
        const scalar = new Scalar(written)
        scalar.type = style
        const { value, map } = valueUnder(new Document({ key: scalar }).toString({ lineWidth: 20 }))
        const places = [...value].map((_, index) => map(index))
        expect(places).toEqual(places.toSorted((a, b) => a - b))
      }),
    )
  })
})
