import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactStoreUrl, redactStoreUrls } from './redact-store-url.ts'

describe('a store URL as it is shown', () => {
  it.each([
    ['postgres://user:hunter2@host/db', 'postgres://user:***@host/db'],
    ['postgres://user:hunter2@host:5432/db?schema=ion', 'postgres://user:***@host:5432/db?schema=ion'],
    ['postgres://user:a%40b@host/db?mail=a@b', 'postgres://user:***@host/db?mail=a@b'],
    ['postgres://:hunter2@host/db', 'postgres://:***@host/db'],
    ['POSTGRES://user:hunter2@host/db', 'POSTGRES://user:***@host/db'],
    [
      'postgres://host/db?user=u&password=hunter2&schema=x',
      'postgres://host/db?user=u&password=***&schema=x',
    ],
    ['postgres://host/db?sslpassword=hunter2', 'postgres://host/db?sslpassword=***'],
    ['libsql://host?authToken=eyJh.bGci', 'libsql://host?authToken=***'],
    // Passwords that should have been escaped.
    ['postgres://user:p@ss@host/db', 'postgres://user:***@host/db'],
    ['postgres://user:p/ss@host/db', 'postgres://user:***@host/db'],
    ['postgres://user:12#34@host/db', 'postgres://user:***@host/db'],
    ['postgres://user:12?34@host/db', 'postgres://user:***@host/db'],
    ['postgres://user:p ss\nw@host/db', 'postgres://user:***@host/db'],
  ])('%j becomes %j', (url, shown) => {
    expect(redactStoreUrl(url)).toBe(shown)
  })

  it.each([
    'file:.ion/runs',
    'file:///home/me@work/runs:2/x@y',
    'sqlite:ion.db?synchronous=normal',
    'postgres://host:5432/db?schema=ion',
    'postgres://user@host/db',
    'memory:',
  ])('%s has no secret and stays', (url) => {
    expect(redactStoreUrl(url)).toBe(url)
  })
})

describe('a text that names stores', () => {
  it('keeps all but the passwords', () => {
    const text = "can't open postgres://u:hunter2@h/db (or 'postgres://u:other@h/db')"
    expect(redactStoreUrls(text)).toBe("can't open postgres://u:***@h/db (or 'postgres://u:***@h/db')")
  })

  it('has no secret of a known URL, wherever it stands, as it is written or as it is meant', () => {
    const url = 'postgres://u:open%20sesame@h/db'
    const text = `login failed with "open sesame" (open%20sesame) at ${url}`
    expect(redactStoreUrls(text, [url])).toBe('login failed with "***" (***) at postgres://u:***@h/db')
  })

  it('keeps the words of a URL whose password is one of them', () => {
    const url = 'postgres://postgres:postgres@h/db'
    const text = `npm install @ion/store-postgres for ${url}`
    expect(redactStoreUrls(text, [url])).toBe(
      'npm install @ion/store-postgres for postgres://postgres:***@h/db',
    )
  })

  it('never has a known password, whatever characters it is made of', () => {
    const password = fc.string({ unit: 'binary', minLength: 6 }).filter((text) => !text.includes('*'))
    fc.assert(
      fc.property(password, (secret) => {
        fc.pre(!'postgres://user:@host/db no store URL: '.includes(secret))
        const url = `postgres://user:${secret}@host/db`
        const text = `no store URL: ${url} ${JSON.stringify(url)}`
        expect(redactStoreUrls(text, [url])).not.toContain(secret)
      }),
    )
  })
})
