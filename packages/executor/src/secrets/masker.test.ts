import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Masker } from './masker.ts'
import { secretForms } from './secret-forms.ts'

/** A text that is pushed in pieces of these lengths, again and again. */
function maskedInPieces(masker: Masker, bytes: Uint8Array, lengths: readonly number[]): Buffer {
  const stream = masker.stream()
  const out: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1
    out.push(stream.push(bytes.subarray(at, at + length)))
    at += length
  }
  return Buffer.concat([...out, stream.end()])
}

/** The rule in its plainest form: what an occurrence of a form covers is hidden, a run at a time. */
function maskedByRule(forms: readonly Buffer[], bytes: Buffer): Buffer {
  const secret = new Array<boolean>(bytes.length).fill(false)
  for (const form of forms) {
    for (let at = bytes.indexOf(form); at !== -1; at = bytes.indexOf(form, at + 1)) {
      secret.fill(true, at, at + form.length)
    }
  }
  const out: Buffer[] = []
  for (let at = 0; at < bytes.length; at++) {
    if (!secret[at]) out.push(bytes.subarray(at, at + 1))
    else if (at === 0 || !secret[at - 1]) out.push(Buffer.from('***'))
  }
  return Buffer.concat(out)
}

/** Few letters, so that values overlap each other and themselves; no `*`, which the mask itself is made of. */
const secretValue = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 4, maxLength: 9 }),
  fc.string({
    unit: fc.constantFrom('a', '/', '"', 'é', '💥', ' ', '+', "'", '<'),
    minLength: 4,
    maxLength: 12,
  }),
  fc.string({ unit: 'grapheme', minLength: 4, maxLength: 30 }).filter((value) => !value.includes('*')),
)

/** Secrets, and bytes that are made of their forms, of pieces of these, and of noise. */
const leak = fc.array(secretValue, { minLength: 1, maxLength: 3 }).chain((values) => {
  const forms = values.flatMap((value) => [...secretForms(value)]).map((form) => Buffer.from(form))
  const noise = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes))
  const part =
    forms.length === 0
      ? noise
      : fc
          .tuple(fc.constantFrom(...forms), fc.nat(), fc.nat(), fc.boolean())
          .map(([form, a, b, whole]) =>
            whole ? form : form.subarray(a % form.length, 1 + (b % form.length)),
          )
  const bytes = fc.array(fc.oneof(part, part, noise), { maxLength: 12 }).map((parts) => Buffer.concat(parts))
  return bytes.map((text) => ({ values, forms, text }))
})

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })

describe('a stream of bytes', () => {
  it('is masked alike however it is cut, as the whole would be', () => {
    fc.assert(
      fc.property(leak, lengths, ({ values, forms, text }, pieces) => {
        const masker = new Masker(values)
        const whole = maskedByRule(forms, text)
        expect(Buffer.from(masker.bytes(text)).equals(whole)).toBe(true)
        expect(maskedInPieces(masker, text, pieces).equals(whole)).toBe(true)
        expect(maskedInPieces(masker, text, [1]).equals(whole)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('shows no form of a secret any more', () => {
    fc.assert(
      fc.property(leak, lengths, ({ values, forms, text }, pieces) => {
        const masked = maskedInPieces(new Masker(values), text, pieces)
        for (const form of forms.filter((candidate) => !candidate.includes('*'))) {
          expect(masked.includes(form)).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is let go at once where it can be no part of a secret', () => {
    const stream = new Masker(['hunter22']).stream()
    expect(stream.push(Buffer.from('Continue? [y/N] ')).toString()).toBe('Continue? [y/N] ')
    expect(stream.push(Buffer.from('the hunt')).toString()).toBe('the ')
    expect(stream.push(Buffer.from('er is')).toString()).toBe('hunter is')
  })

  it('never holds back as much as the longest form', () => {
    fc.assert(
      fc.property(leak, lengths, ({ values, forms, text }, pieces) => {
        const stream = new Masker(values).stream()
        const longest = Math.max(0, ...forms.map(({ length }) => length))
        let at = 0
        for (const length of pieces) {
          stream.push(text.subarray(at, at + length))
          at += length
        }
        expect(stream.end().length).toBeLessThan(Math.max(longest, 1) + 3)
      }),
    )
  })

  it('hides overlapping secrets wholly', () => {
    const masker = new Masker(['abcd', 'cdefg'])
    expect(masker.text('1 abcdefg 2 abcd 3')).toBe('1 *** 2 *** 3')
  })
})

describe('a text', () => {
  it('is masked as its bytes are', () => {
    fc.assert(
      fc.property(leak, ({ values, text }) => {
        const masker = new Masker(values)
        const wellFormed = text.toString('utf8')
        expect(masker.text(wellFormed)).toBe(
          Buffer.from(masker.bytes(Buffer.from(wellFormed))).toString('utf8'),
        )
      }),
    )
  })

  it('keeps NUL, lone surrogates and all else that is not secret', () => {
    const masker = new Masker(['héllo💥'])
    expect(masker.text('\ud800\0é💥 héllo💥\udfff')).toBe('\ud800\0é💥 ***\udfff')
  })
})

describe('a JSON value', () => {
  it('is masked in its texts, names and numbers, and is otherwise the same', () => {
    const masker = new Masker(['s3cret', '4711001'])
    const value = JSON.parse('{"a":["s3cret",47110012,1,null,true],"s3cret":1,"__proto__":{"b":"x s3cret"}}')
    expect(JSON.stringify(masker.json(value))).toBe(
      '{"a":["***","***2",1,null,true],"***":1,"__proto__":{"b":"x ***"}}',
    )
  })
})

describe('a secret', () => {
  const token = 'p/w+"é\' & <1>'

  it.each<[string, string]>([
    ['as it is', token],
    ['in base64', Buffer.from(token).toString('base64')],
    ['in base64 without padding', Buffer.from(token).toString('base64').replace(/=+$/, '')],
    ['in base64 of echo', Buffer.from(`${token}\n`).toString('base64')],
    ['in base64 for URLs', Buffer.from(token).toString('base64url')],
    ['in a URL', encodeURIComponent(token)],
    [
      'in a URL, as small hexadecimals',
      encodeURIComponent(token).replace(/%../g, (code) => code.toLowerCase()),
    ],
    ['in a form', new URLSearchParams({ token }).toString().slice('token='.length)],
    ['in JSON', JSON.stringify(token).slice(1, -1)],
    ['in ASCII JSON', 'p/w+\\"\\u00e9\' & <1>'],
    ['in JSON for HTML', 'p/w+\\"é\' \\u0026 \\u003c1\\u003e'],
    ['in JSON with escaped slashes', 'p\\/w+\\"é\' & <1>'],
    ['quoted by a shell', `p/w+"é'\\'' & <1>`],
  ])('is masked %s', (_, form) => {
    expect(new Masker([token]).text(`<${form}>`)).toBe('<***>')
  })

  it('of several lines is masked line by line, and also where base64 is wrapped', () => {
    const key = `-----BEGIN KEY-----\n${'MIIEvQIBADANBgkq'.repeat(8)}\n  indented\nab\n-----END KEY-----\n`
    const masker = new Masker([key])
    expect(masker.text(`> indented\n> ab\n> -----END KEY-----`)).toBe('> ***\n> ab\n> ***')
    const wrapped = Buffer.from(key).toString('base64').replace(/.{76}/g, '$&\n')
    expect(masker.text(wrapped)).toMatch(/^(\*\*\*\n?)+$/)
  })

  it.each(['', 'abc', ' abc \n', '💥💥💥', '\n\n\n\n\n'])('is left as it is when it is %j', (value) => {
    const masker = new Masker([value])
    expect(masker.text(`x${value}x`)).toBe(`x${value}x`)
  })
})
