const short: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
  ['"', '\\"'],
  ["'", "\\'"],
])

/** A text as it stands in a string of Python in any quotes, in ASCII and in one line. */
export function escapePython(text: string): string {
  return text.replace(
    /[^\x20-\x7e]|['"\\]/gu,
    (character) => short.get(character) ?? numericEscape(character.codePointAt(0) ?? 0),
  )
}

/**
 * The same behind text of the author: an escape that it ends with is not gone on with.
 *
 * @param options - `fields`: the string has replacement fields, so braces are doubled.
 */
export function escapePythonBehind(text: string, { fields }: { fields: boolean }): string {
  const first = (fields ? /^[0-9A-Fa-f]/ : /^[0-9A-Fa-f{]/).exec(text)?.[0]
  const rest = escapePython(first === undefined ? text : text.slice(1))
  const escaped = first === undefined ? rest : numericEscape(first.charCodeAt(0)) + rest
  return fields ? escaped.replace(/[{}]/g, '$&$&') : escaped
}

/** The bytes of a text in UTF-8 as they stand in a bytes literal of Python; `null` for a text that has no UTF-8. */
export function escapePythonBytes(text: string): string | null {
  if (isTorn(text)) return null
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(
      /^[0-9A-Fa-f]|[^\x20-\x7e]|['"\\]/g,
      (byte) => short.get(byte) ?? numericEscape(byte.charCodeAt(0)),
    )
}

function numericEscape(code: number): string {
  if (code <= 0xff) return `\\x${hex(code, 2)}`
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}

/** Whether a text has a half of a surrogate pair, which UTF-8 can't hold. */
export function isTorn(text: string): boolean {
  return /\p{Surrogate}/u.test(text)
}
