import { copyFileSync } from 'node:fs'
import type { WorkflowEvent } from '@ion/store'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { append, completed, newRun, scratchFolder, started } from './scratch.test-support.ts'
import { migrateStore, SqliteStore } from './sqlite-store.ts'

const file = scratchFolder()

const namesOf = (events: WorkflowEvent[]) => events.map(({ runId, sequence }) => `${runId} ${sequence}`)

function sql(path: string, statements: string): void {
  const database = new Database(path)
  database.exec(statements)
  database.close()
}

async function storeWith(path: string, ...ids: string[]): Promise<SqliteStore> {
  const store = new SqliteStore({ file: path })
  for (const id of ids) await store.createWorkflowRun(newRun(id))
  return store
}

describe('the feed of a file', () => {
  it('goes by the order of commits, whichever handle made them', async () => {
    const one = await storeWith(file('order.db'), 'a', 'b')
    const two = new SqliteStore({ file: file('order.db') })
    await two.appendEvents('b', append(0, started))
    await one.appendEvents('a', append(0, started, completed('x')))
    await two.appendEvents('b', append(1, completed('y')))
    await one.appendEvents('b', append(2, completed('z')))
    await two.appendEvents('a', append(2, completed('z')))
    const { events } = await one.readEvents({ limit: 100 })
    expect(namesOf(events)).toEqual(['b 1', 'a 1', 'a 2', 'b 2', 'b 3', 'a 3'])
    await one.close()
    await two.close()
  })

  it('begins with events from before there was one, in order of time, those of a run in the order of its log', async () => {
    const path = file('old.db')
    const store = await storeWith(path, 'a', 'b', 'c')
    for (const id of ['c', 'a', 'b']) await store.appendEvents(id, append(0, started, completed('x')))
    await store.appendEvents('c', append(2, completed('y')))
    await store.close()
    asBefore(
      path,
      `update workflow_events set timestamp = '2031-01-01T00:00:00.000Z' where run_id = 'c';
       update workflow_events set timestamp = '2030-01-01T00:00:00.000Z' where run_id = 'c' and sequence = 3;
       update workflow_events set timestamp = '2031-01-02T00:00:00.000Z' where run_id = 'a';
       update workflow_events set timestamp = '2031-01-03T00:00:00.000Z' where run_id = 'b';`,
    )
    expect(await migrateStore(`sqlite://${path}`)).toEqual(['0002_feed', '0003_annotations', '0004_logs'])
    const migrated = await storeWith(path)
    await migrated.appendEvents('a', append(2, completed('new')))
    const { events } = await migrated.readEvents({ limit: 100 })
    expect(namesOf(events)).toEqual(['c 1', 'c 2', 'c 3', 'a 1', 'a 2', 'b 1', 'b 2', 'a 3'])
    expect(events.filter(({ runId }) => runId === 'a')).toEqual(
      await migrated.getWorkflowEvents('a', { limit: 10 }),
    )
    await migrated.close()
  })

  it('is never behind an older version that goes on writing: that can append nothing', async () => {
    const path = file('older-writer.db')
    const store = await storeWith(path, 'a')
    await store.appendEvents('a', append(0, started))
    const insert = `insert into workflow_events (run_id, sequence, event_type, timestamp, payload, commit_id)
      values ('a', 2, 'node_started', '2031-01-01T00:00:00.000Z', '{}', 'c')`
    expect(() => sql(path, insert)).toThrow(/NOT NULL.*position/)
    await store.close()
  })

  it('refuses cursors of another file, and of a later state of this one', async () => {
    const [one, other] = [
      await storeWith(file('one.db'), 'a'),
      await storeWith(file('other.db'), 'a'),
    ] as const
    for (const store of [one, other]) await store.appendEvents('a', append(0, started))
    sql(file('one.db'), 'pragma wal_checkpoint(truncate)')
    copyFileSync(file('one.db'), file('restored.db'))
    await one.appendEvents('a', append(1, completed('x')))
    const { cursor } = await one.readEvents({ limit: 100 })
    const restored = await storeWith(file('restored.db'))
    for (const store of [other, restored]) {
      const refused = store.readEvents({ after: cursor, limit: 100 })
      await expect(refused).rejects.toMatchObject({ code: 'invalid_record' })
      await expect(refused).rejects.toThrow('begin anew')
    }
    for (const store of [one, other, restored]) await store.close()
  })
})

/** Makes a file what a version left that knew no feed, and does something to it. */
function asBefore(path: string, statements: string): void {
  sql(
    path,
    `drop index workflow_events_by_position;
     alter table workflow_events drop column position;
     drop table workflow_feed;
     drop table workflow_annotations;
     alter table workflow_runs drop column last_annotation;
     alter table workflow_runs drop column last_annotation_at;
     drop table workflow_log_entries;
     alter table workflow_runs drop column last_log_entry;
     delete from workflow_migrations where name <> '0001_tables';
     ${statements}`,
  )
}
