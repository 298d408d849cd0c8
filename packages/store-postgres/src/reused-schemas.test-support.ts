import { Pool } from 'pg'
import { afterAll } from 'vitest'
import { type FreshSchema, freshSchema } from '../../../test/servers/fresh-database.ts'

const tables = [
  'workflow_runs',
  'workflow_run_contents',
  'workflow_events',
  'workflow_node_outputs',
  'workflow_commits',
  'workflow_signals',
  'workflow_annotations',
  'workflow_log_entries',
  'workflow_blobs',
]

/**
 * Empty places for one test after the other. Making the tables anew for each would take longer than most tests do, so those of a test
 * that is over are emptied for the next.
 */
export function reusedSchemas(server: string): () => { url: string; cleanup(): Promise<void> } {
  const admin = new Pool({ connectionString: server, max: 2 })
  admin.on('error', () => {})
  const made: FreshSchema[] = []
  const free: FreshSchema[] = []
  afterAll(async () => {
    await admin.end()
    for (const schema of made) await schema.cleanup()
  })
  return () => {
    const schema = free.pop() ?? freshSchema(server)
    if (!made.includes(schema)) made.push(schema)
    return {
      url: schema.url,
      async cleanup() {
        await admin.query(tables.map((table) => `delete from ${schema.schema}.${table}`).join(';'))
        free.push(schema)
      },
    }
  }
}
