import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readInputs } from './input-option.ts'

describe('readInputs', () => {
  it('splits at the first equals sign', () => {
    expect(readInputs(['a=1', 'b=x=y', 'c='])).toEqual({ a: '1', b: 'x=y', c: '' })
  })

  it('takes a file as it is', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ion-input-')), 'notes.txt')
    writeFileSync(file, 'two\nlines\n')
    expect(readInputs([`notes=@${file}`])).toEqual({ notes: 'two\nlines\n' })
  })

  it('takes @@ for a value that begins with @', () => {
    expect(readInputs(['handle=@@ada'])).toEqual({ handle: '@ada' })
  })

  it('keeps an input named __proto__ an input', () => {
    expect(Object.entries(readInputs(['__proto__=x']))).toEqual([['__proto__', 'x']])
  })

  it.each([
    [['novalue'], /not name=value/],
    [['=x'], /not name=value/],
    [['a=1', 'a=2'], /given twice/],
    [['a=@/no/such/file'], /ENOENT/],
  ])('refuses %j', (entries, message) => {
    expect(() => readInputs(entries)).toThrow(message)
  })
})
