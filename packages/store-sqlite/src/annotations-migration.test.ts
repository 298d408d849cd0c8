import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { newRun, scratchFolder } from './scratch.test-support.ts'
import { openStore } from './sqlite-store.ts'

const inFolder = scratchFolder()

it('takes annotations and log entries of runs that are older than those are', async () => {
  const file = inFolder('ion.db')
  const url = `sqlite://${file}`
  const older = await openStore(url)
  await older.createWorkflowRun(newRun('old'))
  await older.close()
  const database = new Database(file)
  database.exec(`
    drop table workflow_annotations;
    alter table workflow_runs drop column last_annotation;
    alter table workflow_runs drop column last_annotation_at;
    drop table workflow_log_entries;
    alter table workflow_runs drop column last_log_entry;
    delete from workflow_migrations where name in ('0003_annotations', '0004_logs')`)
  database.close()

  const store = await openStore(url)
  expect(await store.annotate('old', { key: 'seen', value: true })).toMatchObject({ sequence: 1 })
  expect(await store.listAnnotations('old', { limit: 10 })).toHaveLength(1)
  await store.writeLogEntries('old', [
    { time: '2026-01-31T00:00:00.000Z', level: 'info', message: 'looked at' },
  ])
  expect(await store.listLogEntries('old', { limit: 10 })).toMatchObject([{ sequence: 1 }])
  await store.close()
})
