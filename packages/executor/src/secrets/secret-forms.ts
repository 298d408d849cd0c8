/** Fewer characters than this are not masked: they would be found everywhere. */
export const fewestCharacters = 4

/** Whether a value, or a line of one, is long enough to be told from other text. */
export function canBeMasked(value: string): boolean {
  return [...value.trim().slice(0, 2 * fewestCharacters)].length >= fewestCharacters
}

/**
 * The texts in which a secret value would show: the value and each of its lines, as they are and in the usual encodings. A
 * value of several lines is mostly printed line by line, indented or prefixed.
 */
export function secretForms(value: string): Set<string> {
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim())
  const forms = new Set<string>()
  for (const text of new Set([value, ...lines])) {
    if (!canBeMasked(text)) continue
    for (const form of [text, ...base64Forms(text), ...urlForms(text), ...escapedForms(text)]) forms.add(form)
  }
  return forms
}

/** How wide the lines are that `base64` and `openssl` write. */
const base64Widths = [76, 64]

/** The value alone, and with the newline that `echo` adds. */
function base64Forms(text: string): string[] {
  return [text, `${text}\n`].flatMap((value) => {
    const standard = Buffer.from(value).toString('base64')
    const bare = standard.replace(/=+$/, '')
    const wrapped = base64Widths.flatMap((width) =>
      standard.length > width ? (standard.match(new RegExp(`.{1,${width}}`, 'g')) ?? []) : [],
    )
    const urlSafe = [standard, bare].map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))
    return [standard, bare, ...urlSafe, ...wrapped.filter(canBeMasked)]
  })
}

/** What the percent encodings in use leave as it is, besides letters and digits. */
const unencoded = ['-._~', "-._~!'()*", '-._~/', "-._~!'()*;/?:@&=+$,#", '*-._']

function urlForms(text: string): string[] {
  const bytes = Buffer.from(text)
  return unencoded.flatMap((kept) => {
    const upper = percentEncode(bytes, kept)
    const lower = upper.replace(/%../g, (code) => code.toLowerCase())
    return [upper, lower].flatMap((form) => [form, form.replaceAll('%20', '+')])
  })
}

function percentEncode(bytes: Uint8Array, kept: string): string {
  let encoded = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    const plain = /[A-Za-z0-9]/.test(character) || kept.includes(character)
    encoded += plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

/** As JSON writers of several languages escape a text, and as a shell quotes one with an apostrophe. */
function escapedForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = escapeCharacters(json, /[\u007f-\uffff]/g)
  const html = escapeCharacters(json, /[<>&\u2028\u2029]/g)
  const upper = (form: string) => form.replace(/\\u(....)/g, (_, code: string) => `\\u${code.toUpperCase()}`)
  return [
    ...[json, ascii, html].flatMap((form) => [form, form.replaceAll('/', '\\/'), upper(form)]),
    text.replaceAll("'", "'\\''"),
  ]
}

function escapeCharacters(text: string, characters: RegExp): string {
  return text.replace(characters, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
