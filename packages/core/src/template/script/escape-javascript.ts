const short: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
  ['"', '\\"'],
  ["'", "\\'"],
])

/** A text as it stands in a string of JavaScript in any quotes, in ASCII and in one line. */
export function escapeJavaScript(text: string): string {
  return text.replace(/[^\x20-\x7e]|['"\\]/g, (unit) => short.get(unit) ?? unicodeEscape(unit))
}

/** The same behind text of the author: an escape that it ends with is not gone on with. */
export function escapeJavaScriptBehind(text: string): string {
  const first = /^[0-9A-Fa-f{]/.exec(text)?.[0]
  return first === undefined ? escapeJavaScript(text) : unicodeEscape(first) + escapeJavaScript(text.slice(1))
}

/** A text as a part of a regular expression that matches this text alone, or in a class its characters. */
export function escapeRegex(text: string, { inClass }: { inClass: boolean }): string {
  if (inClass) return text.replace(/[\s\S]/g, unicodeEscape)
  return `(?:${text.replace(/[^A-Za-z0-9_]/g, unicodeEscape)})`
}

function unicodeEscape(unit: string): string {
  return `\\u${hex(unit.charCodeAt(0), 4)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
