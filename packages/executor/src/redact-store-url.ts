const mask = '***'

/** User and password, as they should be written; and where the password has in it what it should not, up to the last `@`. */
const exactLogin = /^([a-z][a-z0-9+.-]*:\/\/[^:@/?#]*):([^/?#]*)@/i
const looseLogin = /^([a-z][a-z0-9+.-]*:\/\/[^:@/?#]*):(.*)@/is

/** Parameters whose values are secrets, whichever driver they are for. */
const secretParameter = /([?&][^=&#]*(?:passw|pwd|secret|token|api_?key|credential)[^=&#]*=)([^&#]+)/gi

/**
 * A store's URL without the secrets that are in it, as it may be shown: a password becomes `***`, and so do parameters that are
 * named like one. A URL without secrets stays as it is.
 *
 * @example
 * redactStoreUrl('postgres://ion:hunter2@db/jobs') // 'postgres://ion:***@db/jobs'
 */
export function redactStoreUrl(url: string): string {
  return url.replace(loginOf(url), `$1:${mask}@`).replace(secretParameter, `$1${mask}`)
}

/** What may be a URL within other text, where it ends with the word. */
const urlInText = /[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>]+/gi

/**
 * A text without the secrets of the store URLs that occur in it.
 *
 * @param known - URLs that may be in the text, whatever characters they have.
 */
export function redactStoreUrls(text: string, known: readonly string[] = []): string {
  let redacted = text
  for (const url of known) {
    const shown = redactStoreUrl(url)
    const quoted = (whole: string) => JSON.stringify(whole).slice(1, -1)
    redacted = redacted.replaceAll(url, shown).replaceAll(quoted(url), quoted(shown))
    // One that is a word of the URL besides says nothing, and would be found everywhere.
    for (const secret of secretsOf(url).filter((word) => !shown.includes(word))) {
      redacted = redacted.replaceAll(secret, mask)
    }
  }
  return redacted.replace(urlInText, redactStoreUrl)
}

function loginOf(url: string): RegExp {
  return exactLogin.test(url) && URL.canParse(url) ? exactLogin : looseLogin
}

/** The secrets as they are written, and as a driver reads them; short ones may be any word. */
function secretsOf(url: string): string[] {
  const password = loginOf(url).exec(url)?.[2] ?? ''
  const written = [password, ...[...url.matchAll(secretParameter)].map(([, , value = '']) => value)]
  return [...new Set([...written, ...written.map(decoded)])].filter(({ length }) => length >= 6)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
