import { inspect } from 'node:util'
import { isReopenable } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { postgresUrl } from '../../../test/servers/environment.ts'
import { openStore, PostgresStore } from './postgres-store.ts'

const secret = 's3cret-w0rd'

/** A URL with a password, and what goes wrong with it. */
function wrong(change: (url: URL) => void): string {
  const url = new URL(postgresUrl())
  url.password = secret
  change(url)
  return url.href
}

describe('the password of a URL', () => {
  it.each([
    ['is wrong', () => wrong(() => {})],
    ['is for no server', () => wrong((url) => (url.port = '1'))],
    ['is for no host', () => wrong((url) => (url.hostname = 'nowhere.invalid'))],
    ['is for another kind of server', () => wrong(() => {}).replace('postgres:', 'mysql:')],
    ['is in no URL', () => wrong(() => {}).replace(/:\d+\//, ':port/')],
    ['has a percent sign', () => wrong(() => {}).replace(secret, `${secret}%zz`)],
    ['comes with files that are not there', () => wrong((url) => (url.search = 'sslrootcert=/nope'))],
  ])('is in no error when it %s', async (_, url) => {
    const error: unknown = await openStore(url()).then(
      async (store) => store.close(),
      (refusal: unknown) => refusal,
    )
    expect(error).toMatchObject({ code: expect.stringMatching(/^(unavailable|invalid_record)$/) })
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret)
  })

  it('is not printed with a store, which other threads can open all the same', () => {
    const store = new PostgresStore({ connectionString: `postgres://ion:${secret}@db.internal/jobs` })
    expect(inspect(store, { depth: 20 })).not.toContain(secret)
    expect(JSON.stringify(store)).not.toContain(secret)
    expect(isReopenable(store) && store.reopen.url).toContain(secret)
  })
})
