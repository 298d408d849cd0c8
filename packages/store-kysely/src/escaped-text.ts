/**
 * How texts that anyone chose lie in text columns, which can hold neither NUL (Postgres) nor unpaired surrogates (UTF-8): both
 * are escaped, and so are the byte order mark, which some drivers drop, and the backslash that escapes. Every other text is kept as it is, so it can be read and compared in
 * plain SQL, and different texts never become the same.
 *
 * @example
 * escapeText('a\0b') // 'a\\u0000b', seven characters
 */
export function escapeText(text: string): string {
  if (!suspect.test(text) && text.isWellFormed()) return text
  return text.replace(unsafe, (found) =>
    found === '\\' ? '\\\\' : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The text that `escapeText` was given. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:u([0-9a-f]{4})|\\)/g, (_, code: string | undefined) =>
    code === undefined ? '\\' : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

// With the flag `u` a surrogate matches only where it has no partner.
const unsafe = /[\\\0\ufeff\ud800-\udfff]/gu
const suspect = /[\\\0\ufeff]/
