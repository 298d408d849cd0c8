/**
 * Where tests find the servers. vitest's global setup sets these for the tests and for whatever they start; a
 * ION_TEST_POSTGRES_URL that is set before names a server of one's own, on whose databases the tests may do anything.
 */
export interface ServerEnvironment {
  ION_TEST_POSTGRES_URL?: string
  /** Why there is none. */
  ION_TEST_POSTGRES_PROBLEM?: string
  /** A pgbouncer in transaction mode in front of that Postgres. */
  ION_TEST_PGBOUNCER_URL?: string
  /** Why there is none. */
  ION_TEST_PGBOUNCER_PROBLEM?: string
}

const notStarted = 'vitest starts it for test files in whose text its name occurs'

/**
 * The URL of the Postgres to test with, as its superuser.
 *
 * @throws {Error} where there is none, for tests with Postgres are never skipped; the message says why.
 */
export function postgresUrl(): string {
  const { ION_TEST_POSTGRES_URL: url, ION_TEST_POSTGRES_PROBLEM: problem }: ServerEnvironment = process.env
  if (url) return url
  throw new Error(
    `there is no Postgres to test with: ${problem ?? notStarted}; ION_TEST_POSTGRES_URL can name one`,
  )
}

/**
 * The pgbouncer to test with, or why there is none; then tests that need it are skipped by name.
 *
 * @example
 * const pgbouncer = pgbouncerOrNot()
 * describe.skipIf(pgbouncer.missing)(`behind pgbouncer${pgbouncer.missing ?? ''}`, () => { … })
 */
export function pgbouncerOrNot():
  | { url: string; missing?: undefined }
  | { url?: undefined; missing: string } {
  const { ION_TEST_PGBOUNCER_URL: url, ION_TEST_PGBOUNCER_PROBLEM: problem }: ServerEnvironment = process.env
  return url ? { url } : { missing: ` (skipped: ${(problem ?? notStarted).replace(/\s+/g, ' ')})` }
}
