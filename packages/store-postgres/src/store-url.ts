import { InvalidRecordError } from '@ion/store'

/** What a store's URL says: where the server is, in the server's own words, and what concerns the store. */
export interface PostgresUrl {
  connectionString: string
  schema?: string
}

/**
 * Takes the store's own parameter, `schema`, out of a connection URL; all others are the driver's.
 *
 * @throws {InvalidRecordError} when it is no URL of a Postgres server.
 */
export function parsePostgresUrl(url: string): PostgresUrl {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    // Not repeated: it may have a password in it.
    throw new InvalidRecordError(
      'the URL is no Postgres store: postgres://user@host:5432/database?schema=ion',
    )
  }
  const schema = parsed.searchParams.get('schema')
  parsed.searchParams.delete('schema')
  return { connectionString: parsed.href, ...(schema ? { schema } : {}) }
}
