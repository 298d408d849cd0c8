import { readFile, rm } from 'node:fs/promises'
import type { TestProject } from 'vitest/node'
import { startPgbouncer } from './pgbouncer.ts'
import { startPostgres } from './postgres.ts'

/**
 * Starts, once a vitest process and before its first test, the servers that the tests of the run need, and names them in
 * the environment (`environment.ts`). A test file needs a server if the server's name occurs in its text.
 */
export default async function setup({ vitest }: TestProject): Promise<() => Promise<void>> {
  const texts = await textsOfTests(vitest)
  const needs = (name: RegExp) => texts.some((text) => name.test(text))
  const { env } = process
  const running: { stop(): Promise<void> }[] = []

  if (!env.ION_TEST_POSTGRES_URL && needs(/postgres|pgbouncer/i)) {
    try {
      const postgres = await startPostgres()
      running.push(postgres)
      env.ION_TEST_POSTGRES_URL = postgres.url
    } catch (error) {
      env.ION_TEST_POSTGRES_PROBLEM = tell('Postgres', error)
    }
  }
  if (!env.ION_TEST_PGBOUNCER_URL && env.ION_TEST_POSTGRES_URL && needs(/pgbouncer/i)) {
    try {
      const pgbouncer = await startPgbouncer(env.ION_TEST_POSTGRES_URL)
      running.push(pgbouncer)
      env.ION_TEST_PGBOUNCER_URL = pgbouncer.url
    } catch (error) {
      env.ION_TEST_PGBOUNCER_PROBLEM = tell('pgbouncer', error)
    }
  }

  return async () => {
    for (const server of running.reverse()) await server.stop()
    if (env.ION_TEST_SCRATCH) await rm(env.ION_TEST_SCRATCH, { recursive: true, force: true })
  }
}

/** Says at once, beside the tests that will fail or be skipped, why a server is missing. */
function tell(server: string, error: unknown): string {
  const problem = error instanceof Error ? error.message : String(error)
  process.stderr.write(`\nThe tests go without ${server}: ${problem}\n`)
  return problem
}

/** The test files that the command line chooses; in watch mode all of them, for any may be chosen next. */
async function textsOfTests(vitest: TestProject['vitest']): Promise<string[]> {
  const chosen: unknown = vitest.config.watch ? [] : Reflect.get(vitest, 'filenamePattern')
  const filters = Array.isArray(chosen) ? chosen.map(String) : []
  const files = await vitest.globTestSpecifications(filters)
  return await Promise.all(files.map(({ moduleId }) => readFile(moduleId, 'utf8')))
}
