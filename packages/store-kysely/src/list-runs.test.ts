import { currentOwner, type NewEvent } from '@ion/store'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { KyselyStore } from './kysely-store.ts'

let statements = 0
const dialect = new SqliteDialect({ database: new Database(':memory:') })
const db = new Kysely<unknown>({ dialect, log: () => void statements++ })
const store = new KyselyStore({ db, flavor: 'sqlite', ownsDatabase: true })
afterAll(() => store.close())

const definition = { format: 'yaml', source: '', digest: 'ab'.repeat(32), path: null, files: {} }
const events: NewEvent[] = [{ type: 'workflow_started', payload: {} }]
const append = { commitId: 'c', expectedSequence: 0, events }

describe('a list of runs whose owner is gone', () => {
  it('passes over the many whose owner is alive in few reads', async () => {
    await store.createWorkflowRun({ id: 'left', workflowName: 'sample', definition })
    await store.appendEvents('left', append)
    for (let index = 0; index < 200; index++) {
      const id = `held-${index}`
      await store.createWorkflowRun({ id, workflowName: 'sample', definition })
      await store.claimWorkflowRun(id, currentOwner(), 60_000, append)
    }
    statements = 0
    const filter = { status: ['interrupted' as const] }
    const { items, next } = await store.listWorkflowRuns(filter, { limit: 1 })
    expect([items.map(({ id }) => id), next]).toEqual([['left'], null])
    expect(statements).toBeLessThan(5)
  })
})
