import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { compareRuns, type IWorkflowStore, type RunFilter, type RunSummary, readLog } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeStarted } from '../sample-events.ts'
import { batch, newCancel, newRun, startedRun } from '../sample-runs.ts'
import { assertRefused } from '../store-assertions.ts'

async function allPages(
  store: IWorkflowStore,
  filter: RunFilter,
  limit: number,
  between: () => Promise<unknown> = async () => {},
): Promise<RunSummary[]> {
  const found: RunSummary[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<IWorkflowStore['listWorkflowRuns']>> = await store.listWorkflowRuns(
      filter,
      {
        limit,
        ...(cursor === null ? {} : { cursor }),
      },
    )
    assert.ok(page.items.length <= limit, `a page of ${limit} has ${page.items.length} runs`)
    assert.ok(page.next === null || page.items.length === limit, 'a page is short, but not the last')
    found.push(...page.items)
    cursor = page.next
    await between()
  } while (cursor !== null)
  return found
}

const awkwardIds = ['b', 'B', 'a', 'A', '_', '-', '0', '9', 'a.', 'a-', 'a_', 'aa', 'Z', 'z']

async function createMany(store: IWorkflowStore, ids: string[]): Promise<string[]> {
  await Promise.all(ids.map((id) => store.createWorkflowRun(newRun({ id }))))
  return ids
}

/** Pages of runs, events and signals. */
export const paging = casesOf('paging', {
  'runs are listed newest first, and by id where they are of one time': async ({ store }) => {
    await createMany(store, awkwardIds)
    const { items } = await store.listWorkflowRuns({}, { limit: 100 })
    assert.equal(items.length, awkwardIds.length)
    assert.deepEqual(
      items.map(({ id }) => id),
      [...items].sort(compareRuns).map(({ id }) => id),
    )
  },

  'every run is on exactly one page, whatever the size of pages': async ({ store }) => {
    await createMany(store, awkwardIds)
    const { items } = await store.listWorkflowRuns({}, { limit: 100 })
    for (const limit of [1, 3, awkwardIds.length - 1, awkwardIds.length, awkwardIds.length + 1]) {
      assert.deepEqual(await allPages(store, {}, limit), items, `pages of ${limit}`)
    }
  },

  'a page that ends with the last run says that it is the last': async ({ store }) => {
    await createMany(store, ['a', 'b'])
    assert.equal((await store.listWorkflowRuns({}, { limit: 2 })).next, null)
    assert.notEqual((await store.listWorkflowRuns({}, { limit: 1 })).next, null)
  },

  'pages hold only runs that meet the filter, and are full': async ({ store }) => {
    for (let index = 0; index < 9; index++) await startedRun(store, { priority: index % 3 })
    const found = await allPages(store, { minPriority: 2 }, 2)
    assert.deepEqual(
      found.map(({ priority }) => priority),
      [2, 2, 2],
    )
  },

  'runs that are created between two pages move no other run': async ({ store }) => {
    const ids = await createMany(
      store,
      Array.from({ length: 9 }, (_, index) => `old-${index}`),
    )
    // Newer, or of the same millisecond and then first by its id.
    const insert = () => store.createWorkflowRun(newRun({ id: `z${randomUUID()}` }))
    const found = await allPages(store, {}, 2, insert)
    const old = found.map(({ id }) => id).filter((id) => id.startsWith('old-'))
    assert.deepEqual(old.sort(), ids, 'a run is on two pages, or on none')
  },

  'runs that are deleted between two pages move no other run': async ({ store }) => {
    await createMany(
      store,
      Array.from({ length: 9 }, (_, index) => `r${index}`),
    )
    const { items } = await store.listWorkflowRuns({}, { limit: 100 })
    const first = await store.listWorkflowRuns({}, { limit: 3 })
    for (const { id } of first.items) await store.deleteWorkflowRun(id)
    assert.ok(first.next)
    const second = await store.listWorkflowRuns({}, { limit: 100, cursor: first.next })
    assert.deepEqual(second.items, items.slice(3))
  },

  'a cursor holds in another handle': async ({ store, open }) => {
    await createMany(store, awkwardIds)
    const { items } = await store.listWorkflowRuns({}, { limit: 100 })
    const { next } = await store.listWorkflowRuns({}, { limit: 5 })
    assert.ok(next)
    const rest = await (await open()).listWorkflowRuns({}, { limit: 100, cursor: next })
    assert.deepEqual(rest, { items: items.slice(5), next: null })
  },

  'a cursor that no page gave is refused as invalid_record': async ({ store }) => {
    for (const cursor of ['nonsense', 'W10', 'bnVsbA', '']) {
      await assertRefused(
        store.listWorkflowRuns({}, { limit: 1, cursor }),
        'invalid_record',
        `cursor "${cursor}"`,
      )
    }
  },

  'events are paged by the sequence they come after': async ({ store }) => {
    const id = await startedRun(store)
    const many = Array.from({ length: 24 }, (_, index) => nodeStarted(`n${index}`))
    await store.appendEvents(id, batch(1, many.slice(0, 10)))
    await store.appendEvents(id, batch(11, many.slice(10)))
    const all = await store.getWorkflowEvents(id, { limit: 1_000 })
    assert.equal(all.length, 25)
    for (const [after, limit] of [
      [0, 1],
      [0, 25],
      [0, 26],
      [7, 5],
      [10, 1],
      [11, 3],
      [24, 10],
      [25, 10],
      [99, 10],
    ] as const) {
      const page = await store.getWorkflowEvents(id, { after, limit })
      assert.deepEqual(page, all.slice(after, after + limit), `${limit} after ${after}`)
    }
  },

  'a log that grows while it is paged is read without gaps': async ({ store, open }) => {
    const id = await startedRun(store)
    const writer = await open()
    const seen: number[] = []
    for (let after = 0; seen.length < 30; after = seen.length) {
      await writer.appendEvents(id, batch(1 + after, [nodeStarted('a'), nodeStarted('b'), nodeStarted('c')]))
      const page = await store.getWorkflowEvents(id, { after, limit: 3 })
      seen.push(...page.map(({ sequence }) => sequence))
    }
    assert.deepEqual(
      seen,
      seen.map((_, index) => index + 1),
    )
  },

  'a log of thousands of events is read whole': async ({ store, open }) => {
    const id = await startedRun(store)
    const many = Array.from({ length: 800 }, (_, index) => nodeStarted(`n${index}`))
    for (let last = 1; last < 3_000; last += many.length) await store.appendEvents(id, batch(last, many))
    const sequences: number[] = []
    for await (const { sequence } of readLog(await open(), id)) sequences.push(sequence)
    assert.deepEqual(
      sequences,
      Array.from({ length: 3_201 }, (_, index) => index + 1),
    )
  },

  'signals are paged by the number they come after': async ({ store }) => {
    const id = await startedRun(store)
    for (let sent = 0; sent < 12; sent++) await store.sendSignal(id, newCancel())
    const all = await store.getSignals(id, { limit: 1_000 })
    assert.deepEqual(
      all.map(({ sequence }) => sequence),
      Array.from({ length: 12 }, (_, index) => index + 1),
    )
    for (const [after, limit] of [
      [0, 1],
      [0, 13],
      [4, 4],
      [9, 10],
      [12, 1],
      [99, 1],
    ] as const) {
      assert.deepEqual(await store.getSignals(id, { after, limit }), all.slice(after, after + limit))
    }
  },
})
