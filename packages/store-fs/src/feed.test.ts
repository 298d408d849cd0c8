import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkflowEvent } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { decodeProjection, encodeProjection } from './projection-file.ts'
import { completed, freshFolder, newRun, openFolder, startedRun } from './scenario.ts'

const namesOf = (events: WorkflowEvent[]) => events.map(({ runId, sequence }) => `${runId} ${sequence}`)

describe('the feed of a folder', () => {
  it('goes by time across runs, and by the log in each, even where a clock was set back', async () => {
    let now = 0
    const clock = () => new Date(now)
    const store = openFolder(freshFolder(), { clock })
    for (const id of ['a', 'b', 'c']) await store.createWorkflowRun(newRun(id))
    const at = async (minute: number, id: string) => {
      now = minute * 60_000
      await store.createWorkflowEvent(id, completed('x'))
    }
    for (const id of ['a', 'b', 'c'])
      await store.createWorkflowEvent(id, { type: 'workflow_started', payload: {} })
    await at(3, 'a')
    await at(1, 'c')
    await at(2, 'b')
    await at(4, 'c')
    await at(1, 'a')
    const { events } = await store.readEvents({ limit: 100 })
    expect(namesOf(events)).toEqual(['a 1', 'b 1', 'c 1', 'c 2', 'b 2', 'a 2', 'a 3', 'c 3'])
  })

  it('has cursors that grow by no more than 15 characters a run, and shrink when runs are deleted', async () => {
    const store = openFolder(freshFolder())
    const ids = Array.from({ length: 20 }, (_, index) => `a-run-with-a-long-name-${index}`)
    for (const id of ids) await startedRun(store, id)
    const none = (await openFolder(freshFolder()).readEvents({ limit: 1 })).cursor
    const { cursor } = await store.readEvents({ limit: 100 })
    expect(cursor.length - none.length).toBeLessThanOrEqual(15 * 20)
    for (const id of ids) await store.deleteWorkflowRun(id)
    expect((await store.readEvents({ after: cursor, limit: 100 })).cursor).toBe(none)
  })

  it('tells a run that was made anew in the same millisecond from the one before', async () => {
    const store = openFolder(freshFolder(), { clock: () => new Date(0) })
    await startedRun(store)
    const { cursor } = await store.readEvents({ limit: 100 })
    await store.deleteWorkflowRun('r')
    await startedRun(store)
    expect(namesOf((await store.readEvents({ after: cursor, limit: 100 })).events)).toEqual(['r 1'])
  })

  it('knows runs again whose run.json an earlier version wrote, or is gone', async () => {
    const folder = freshFolder()
    const before = openFolder(folder)
    for (const id of ['old', 'bare']) await startedRun(before, id)
    const { cursor } = await before.readEvents({ limit: 100 })
    await before.close()
    const projection = join(folder, 'old', 'run.json')
    const written = decodeProjection(readFileSync(projection, 'utf8'))
    if (!written) throw new Error('run.json was not written')
    const { creation, ...state } = written.state
    expect(creation).toBeDefined()
    writeFileSync(projection, encodeProjection({ ...written, state }))
    rmSync(join(folder, 'bare', 'run.json'))
    const store = openFolder(folder)
    for (const id of ['old', 'bare']) await store.createWorkflowEvent(id, completed('x'))
    const { events } = await store.readEvents({ after: cursor, limit: 100 })
    expect(namesOf(events).sort()).toEqual(['bare 2', 'old 2'])
  })

  it('passes over a run whose log is damaged, and has its events once that is mended', async () => {
    const folder = freshFolder()
    const writer = openFolder(folder)
    for (const id of ['good', 'bad']) await startedRun(writer, id)
    await writer.close()
    const log = join(folder, 'bad', 'events.jsonl')
    copyFileSync(log, `${log}.whole`)
    const bytes = readFileSync(log)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    writeFileSync(log, bytes)
    const first = await openFolder(folder).readEvents({ limit: 100 })
    expect(namesOf(first.events)).toEqual(['good 1'])
    copyFileSync(`${log}.whole`, log)
    const { events } = await openFolder(folder).readEvents({ after: first.cursor, limit: 100 })
    expect(namesOf(events)).toEqual(['bad 1'])
  })

  it('refuses a cursor of a later state than the one that was restored', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    await startedRun(store)
    const backup = freshFolder()
    cpSync(folder, backup, { recursive: true })
    await store.createWorkflowEvent('r', completed('x'))
    const { cursor } = await store.readEvents({ limit: 100 })
    const refused = openFolder(backup).readEvents({ after: cursor, limit: 100 })
    await expect(refused).rejects.toMatchObject({ code: 'invalid_record' })
    await expect(refused).rejects.toThrow('begin anew')
  })
})
