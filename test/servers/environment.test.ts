import { afterEach, describe, expect, it, vi } from 'vitest'
import { pgbouncerOrNot, postgresUrl } from './environment.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the servers of the environment', () => {
  it('are those that it names', () => {
    vi.stubEnv('ION_TEST_POSTGRES_URL', 'postgres://one')
    vi.stubEnv('ION_TEST_PGBOUNCER_URL', 'postgres://two')
    expect(postgresUrl()).toBe('postgres://one')
    expect(pgbouncerOrNot()).toEqual({ url: 'postgres://two' })
  })

  it('fail a test when there is no Postgres, with the reason', () => {
    vi.stubEnv('ION_TEST_POSTGRES_URL', undefined)
    vi.stubEnv('ION_TEST_POSTGRES_PROBLEM', 'no binaries for this machine')
    expect(postgresUrl).toThrow('there is no Postgres to test with: no binaries for this machine')
  })

  it('give a skipped test the reason when there is no pgbouncer, on one line', () => {
    vi.stubEnv('ION_TEST_PGBOUNCER_URL', undefined)
    vi.stubEnv('ION_TEST_PGBOUNCER_PROBLEM', 'apt-get failed:\n  offline')
    expect(pgbouncerOrNot()).toEqual({ missing: ' (skipped: apt-get failed: offline)' })
  })
})
