import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { postgresFloor } from '../floors/postgres-floor.ts'
import type { BenchStore } from './bench-store.ts'
import { openByUrl } from './open-by-url.ts'

/** In a schema of its own, on the server that `ION_BENCH_POSTGRES_URL` names, else on a throwaway one. */
export const postgres: BenchStore = {
  name: 'postgres',
  async open() {
    const server = await serverToUse()
    const schema = `ion_bench_${randomBytes(6).toString('hex')}`
    const client = new Client({ connectionString: server.url })
    try {
      await client.connect()
      await client.query(`create schema ${schema}`)
      const storeUrl = new URL(server.url)
      storeUrl.searchParams.set('schema', schema)
      const store = await openByUrl(storeUrl.href)
      const { floor, close } = await postgresFloor(server.url, schema)
      let before = await sizes(client, schema)
      return {
        floor,
        async begin() {
          before = await sizes(client, schema)
          return store
        },
        async end() {
          const { tables, wal } = await sizes(client, schema)
          return [
            { what: 'tables', bytes: tables - before.tables },
            { what: 'WAL', bytes: wal - before.wal },
          ]
        },
        async close() {
          await store.close()
          await close()
          await client.query(`drop schema ${schema} cascade`)
          await client.end()
          await server.stop()
        },
      }
    } catch (error) {
      await client.end()
      await server.stop()
      throw error
    }
  },
}

async function serverToUse(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env.ION_BENCH_POSTGRES_URL
  if (url) return { url, stop: async () => {} }
  const { startPostgres } = await import('../../../test/servers/postgres.ts')
  return await startPostgres()
}

/** How many bytes the store's tables have with their indexes, and how many the server's log of writes. */
async function sizes(client: Client, schema: string): Promise<{ tables: number; wal: number }> {
  const { rows } = await client.query<{ tables: string; wal: string }>(
    `select coalesce(sum(pg_total_relation_size(c.oid)), 0) as tables,
            pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind = 'r' and c.relname like 'workflow%'`,
    [schema],
  )
  return { tables: Number(rows[0]?.tables), wal: Number(rows[0]?.wal) }
}
