import { setTimeout as sleep } from 'node:timers/promises'
import type { NewEvent, NewRun, Owner } from '@ion/store'
import { Pool } from 'pg'
import { afterAll } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/servers/fresh-database.ts'

/** A database of a test file's own, and connections of its superuser; both go away with the tests. */
export async function ownDatabase(): Promise<FreshDatabase & { admin: Pool }> {
  const database = await freshDatabase()
  const admin = new Pool({ connectionString: database.url, max: 4, application_name: 'test' })
  admin.on('error', () => {})
  afterAll(async () => {
    await admin.end()
    await database.cleanup()
  })
  return { ...database, admin }
}

/** Changes a run's row, and commits once so many others wait for it. */
export async function whileRowChanges<Result>(
  admin: Pool,
  { id, waiting }: { id: string; waiting: number },
  work: () => Promise<Result>,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<Result> {
  const holder = await admin.connect()
  try {
    await holder.query('begin')
    await holder.query('update workflow_runs set priority = priority + 1 where id = $1', [id])
    const working = work()
    working.catch(() => {})
    await untilWaiting(admin, waiting)
    await meanwhile()
    await holder.query('commit')
    return await working
  } finally {
    holder.release(true)
  }
}

const waiters = `from pg_stat_activity where datname = current_database() and application_name = 'ion' and wait_event_type = 'Lock'`

async function untilWaiting(admin: Pool, wanted: number): Promise<void> {
  for (let looks = 0; looks < 2_000; looks++) {
    const { rows } = await admin.query<{ pid: number }>(`select pid ${waiters}`)
    if (rows.length >= wanted) return
    await sleep(5)
  }
  throw new Error('nobody came to wait for the row')
}

/** Ends the sessions of the stores in this database that wait for a lock. */
export async function endWaiters(admin: Pool): Promise<void> {
  await admin.query(`select pg_terminate_backend(pid) ${waiters}`)
}

/** Ends the sessions of the stores in this database. */
export async function endSessions(admin: Pool): Promise<void> {
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'ion'`,
  )
}

/** A run by its id. */
export const newRun = (id: string): NewRun => ({
  id,
  workflowName: 'sample',
  definition: { format: 'yaml', source: '', digest: 'ab'.repeat(32), path: null, files: {} },
})

let commits = 0

/** An append by what it expects and has. */
export const append = (expectedSequence: number, ...events: NewEvent[]) => ({
  commitId: `commit-${++commits}`,
  expectedSequence,
  events,
})

/** The start of a run. */
export const started: NewEvent = { type: 'workflow_started', payload: {} }

/** The end of a node, with its output. */
export const completed = (output: string): NewEvent => ({
  type: 'node_completed',
  nodeId: 'a',
  payload: { output },
})

/** Of whom nothing is known but what the lease says. */
export const owner: Owner = {
  id: 'o',
  host: 'far-away',
  bootId: 'b',
  pidNamespace: 'p',
  pid: 1,
  processStart: '1',
}
