import { isTorn } from './escape-python.ts'

/** Whether a text can stand in any string of Python as it is, also in a format. */
export function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !/['"\\{}#]/.test(text)
}

/**
 * A text as an expression without backslashes and with one kind of quotes or none, as it has to be in a replacement field: before
 * Python 3.12 nothing else is allowed there.
 */
export function quotelessText(text: string, quote: '"' | "'" | null): string {
  if (quote === null) return `str().join(map(chr,(${Array.from(text, codeOf).join('')})))`
  if (isPlain(text)) return quote + text + quote
  const encoding = isTorn(text) ? 'utf-16-le' : 'utf-8'
  const bytes = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le').toString('hex')
  return `bytes.fromhex(${quote}${bytes}${quote}).decode(${quote}${encoding}${quote},${quote}surrogatepass${quote})`
}

function codeOf(character: string): string {
  return `${character.codePointAt(0)},`
}
