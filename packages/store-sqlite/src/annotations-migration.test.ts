import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { newRun, scratchFolder } from './scratch.test-support.ts'
import { openStore } from './sqlite-store.ts'

const inFolder = scratchFolder()

it('takes annotations of runs that are older than annotations are', async () => {
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
    delete from workflow_migrations where name = '0003_annotations'`)
  database.close()

  const store = await openStore(url)
  expect(await store.annotate('old', { key: 'seen', value: true })).toMatchObject({ sequence: 1 })
  expect(await store.listAnnotations('old', { limit: 10 })).toHaveLength(1)
  await store.close()
})
