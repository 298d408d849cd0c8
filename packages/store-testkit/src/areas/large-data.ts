import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type IWorkflowStore, type NewRun, type RunFilter, type RunSummary, readLog } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { scaled } from '../effort.ts'
import { nodeCompleted, nodeStarted, runStarted } from '../sample-events.ts'
import { batch, claimedRun, newRun, startedRun, theRun } from '../sample-runs.ts'

const megabyte = 1_000_000
const outputBytes = scaled(10 * megabyte)
const logEvents = scaled(100_000)
const eventsABatch = 500
const manyRuns = scaled(10_000)
const atOnce = 16

/** Text of so many bytes that neither compresses to nothing nor fits a page, with characters of 1 to 4 bytes. */
function longText(bytes: number): string {
  const piece = Array.from(
    { length: 4_096 },
    (_, index) => `${(index * 2_654_435_761) % 97_561}:ä€😀\u0000`,
  ).join('')
  const pieceBytes = Buffer.byteLength(piece)
  const whole = piece.repeat(Math.floor(bytes / pieceBytes))
  return whole + 'x'.repeat(bytes - Buffer.byteLength(whole))
}

/** Works through the items, so many at once. */
async function inLanes<Item>(items: Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const rest = items.values()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of rest) await work(item)
    }),
  )
}

/** A run in which every number of five says what it is filtered by. */
const numberedRun = (index: number): NewRun =>
  newRun({
    id: `run-${index}`,
    workflowName: index % 5 === 0 ? 'fifth' : 'other',
    priority: index % 10,
    idempotencyKey: `key ${index}`,
  })

async function everyPage(store: IWorkflowStore, filter: RunFilter, limit: number): Promise<RunSummary[]> {
  const found: RunSummary[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await store.listWorkflowRuns(filter, { limit, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.items)
    if (page.next === null) return found
    cursor = page.next
  }
}

function assertEachOnce(found: RunSummary[], wanted: (index: number) => boolean, what: string): void {
  const ids = new Set(found.map(({ id }) => id))
  assert.equal(ids.size, found.length, `${what}: a run is on two pages`)
  for (let index = 0; index < manyRuns; index++) {
    assert.equal(ids.has(`run-${index}`), wanted(index), `${what}: run ${index} is missing, or too much`)
  }
}

/** Outputs, logs and lists of a size that some hosts come to. */
export const largeData = casesOf('large data', {
  [`an output of ${outputBytes / megabyte} MB comes back byte for byte`]: async ({ store, open }) => {
    const { id, claim } = await claimedRun(store)
    const text = longText(outputBytes)
    const bytes = new TextEncoder().encode(text)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const done = nodeCompleted('a', { output: { ref: 'a/output', bytes: bytes.length, sha256 } })
    const append = batch(1, [done], { claim, blobs: [{ ref: 'a/output', bytes }] })
    const first = await store.appendEvents(id, append)
    for (const handle of [store, await open()]) {
      const read = await handle.readBlob(id, 'a/output')
      assert.equal(createHash('sha256').update(read).digest('hex'), sha256, 'the blob came back changed')
      const outputs = await handle.getCompletedDagNodeOutputs(id)
      assert.ok(outputs.get('a')?.output === text, 'the output came back changed')
      assert.deepEqual(await handle.appendEvents(id, append), first, 'the append, repeated')
    }
  },

  'several large outputs land in one append': async ({ store, open }) => {
    const id = await startedRun(store)
    const blobs = [1, 2, 3].map((fill) => ({
      ref: `blob-${fill}`,
      bytes: Buffer.alloc(outputBytes / 2, fill),
    }))
    await store.appendEvents(id, batch(1, [nodeStarted('a')], { blobs }))
    const other = await open()
    for (const { ref, bytes } of blobs) {
      assert.ok(bytes.equals(await other.readBlob(id, ref)), `${ref} came back changed`)
    }
  },

  [`a log of ${logEvents.toLocaleString('en')} events is paged through, and goes on at its end`]: async ({
    store,
    open,
  }) => {
    const { id } = await store.createWorkflowRun(newRun())
    const start = batch(0, [runStarted()])
    const first = await store.appendEvents(id, start)
    for (let last = 1; last < logEvents; last += eventsABatch) {
      const events = Array.from({ length: Math.min(eventsABatch, logEvents - last) }, (_, index) =>
        nodeCompleted(`n${index}`, { output: `${last + index + 1}` }),
      )
      await store.appendEvents(id, batch(last, events))
    }
    const other = await open()
    let read = 0
    for await (const { sequence, payload } of readLog(other, id)) {
      read += 1
      assert.equal(sequence, read, 'the log has a gap')
      const output = 'output' in payload ? payload.output : undefined
      assert.equal(output, read === 1 ? undefined : `${read}`, 'an event is not in its place')
    }
    assert.equal(read, logEvents)
    assert.deepEqual(await other.appendEvents(id, start), first, 'the first commit is forgotten')
    const [added] = [await other.createWorkflowEvent(id, nodeStarted('last'))]
    assert.equal(added.sequence, logEvents + 1)
    assert.deepEqual(await store.getWorkflowEvents(id, { after: logEvents, limit: 10 }), [added])
    assert.equal((await theRun(store, id)).lastSequence, logEvents + 1)
  },

  [`${manyRuns.toLocaleString('en')} runs are each on one page, whatever they are filtered by`]: async ({
    store,
    open,
  }) => {
    await inLanes(
      Array.from({ length: manyRuns }, (_, index) => index),
      (index) => store.createWorkflowRun(numberedRun(index)),
    )
    const other = await open()
    assertEachOnce(await everyPage(other, {}, 1_000), () => true, 'all runs')
    const fifth = await everyPage(other, { workflowName: 'fifth' }, 97)
    assertEachOnce(fifth, (index) => index % 5 === 0, 'runs of one workflow')
    const urgent = await everyPage(other, { minPriority: 9, status: ['pending'] }, 97)
    assertEachOnce(urgent, (index) => index % 10 === 9, 'urgent runs')
    assert.deepEqual(await everyPage(other, { status: ['running', 'interrupted'] }, 1_000), [])
    const again = await store.createWorkflowRun({ ...numberedRun(3), id: 'another' })
    assert.equal(again.id, 'run-3', 'an idempotency key is forgotten among many')
  },
})
