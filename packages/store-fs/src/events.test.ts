import type { NewEvent } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { faultyFiles } from './faulty-files.ts'
import { nodeFileSystem } from './file-system.ts'
import { completed, freshFolder, openFolder, startedRun } from './scenario.ts'

const total = 10_000

/** A store that counts the bytes it reads of logs. */
function countingStore(folder: string) {
  const counter = { bytes: 0 }
  const files = faultyFiles({})
  const openLog = async (path: string) => {
    const file = await nodeFileSystem.openLog(path)
    return {
      writable: file.writable,
      read: async (buffer: Uint8Array, offset: number) => {
        const read = await file.read(buffer, offset)
        counter.bytes += read
        return read
      },
      append: (bytes: Uint8Array) => file.append(bytes),
      flush: () => file.flush(),
      facts: () => file.facts(),
      close: () => file.close(),
    }
  }
  return { counter, store: openFolder(folder, { files: { ...files, openLog } }) }
}

async function longLog(folder: string) {
  const store = openFolder(folder)
  await startedRun(store)
  const events: NewEvent[] = Array.from({ length: 100 }, (_, index) => completed(`${index}`))
  for (let sequence = 1; sequence < total; sequence += 100) {
    await store.appendEvents('r', { commitId: `c${sequence}`, expectedSequence: sequence, events })
  }
}

describe('a long log', () => {
  it('is read page by page, all of it, and nearly every byte once', async () => {
    const folder = freshFolder()
    await longLog(folder)
    const { store, counter } = countingStore(folder)
    const [first] = await store.getWorkflowEvents('r', { limit: 1 })
    expect(first?.type).toBe('workflow_started')
    const logBytes = counter.bytes
    counter.bytes = 0
    let after = 0
    for (;;) {
      const page = await store.getWorkflowEvents('r', { after, limit: 500 })
      for (const { sequence } of page) expect(sequence).toBe(++after)
      if (page.length < 500) break
    }
    expect(after).toBe(total + 1)
    expect(counter.bytes).toBeLessThan(5 * logBytes)
  })

  it('costs a look at its end no more than a short one', async () => {
    const folder = freshFolder()
    await longLog(folder)
    const { store, counter } = countingStore(folder)
    await store.getWorkflowRun('r')
    counter.bytes = 0
    const last = await store.getWorkflowEvents('r', { after: total - 1, limit: 10 })
    expect(last.map(({ sequence }) => sequence)).toEqual([total, total + 1])
    await store.createWorkflowEvent('r', completed('more'))
    expect(counter.bytes).toBeLessThan(600_000)
  })
})
