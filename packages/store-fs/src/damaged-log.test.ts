import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CorruptError } from '@ion/store'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completed, freshFolder, linesOf, logPath, openFolder, startedRun } from './scenario.ts'

/** A log of creation, start, three completions, a signal and an update. */
async function sampleLog(folder: string): Promise<Buffer> {
  const store = openFolder(folder)
  await startedRun(store)
  for (const output of ['x', 'y', 'z']) await store.createWorkflowEvent('r', completed(output))
  await store.sendSignal('r', { id: 's', kind: 'cancel' })
  await store.updateWorkflowRun('r', { priority: 5 })
  await store.close()
  return readFileSync(logPath(folder))
}

async function readingFault(folder: string): Promise<unknown> {
  const store = openFolder(folder)
  const fault = await store.getWorkflowEvents('r', { limit: 100 }).catch((error: unknown) => error)
  await store.close()
  return fault
}

describe('a damaged log', () => {
  it('is refused as corrupt, naming file and line, whatever byte of a line has changed', async () => {
    const folder = freshFolder()
    const whole = await sampleLog(folder)
    const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1
    await fc.assert(
      fc.asyncProperty(fc.nat(lastLine - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const damaged = Buffer.from(whole)
        damaged[place] = (damaged[place] ?? 0) ^ change
        writeFileSync(logPath(folder), damaged)
        const fault = await readingFault(folder)
        expect(fault).toBeInstanceOf(CorruptError)
        const line = whole.subarray(0, place).toString('latin1').split('\n').length
        expect(String(fault)).toContain(`${logPath(folder)}:`)
        const named = Number(/events\.jsonl:(\d+):/.exec(String(fault))?.[1])
        // A changed newline makes one line of two.
        expect(Math.abs(named - line)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 60 },
    )
  })

  it.each([2, 3, 4, 5, 6])('is refused as corrupt when line %i is gone', async (line) => {
    const folder = freshFolder()
    await sampleLog(folder)
    const lines = linesOf(folder).filter((_, index) => index !== line - 1)
    writeFileSync(logPath(folder), `${lines.join('\n')}\n`)
    expect(await readingFault(folder)).toBeInstanceOf(CorruptError)
  })

  it('is refused as corrupt when its end was cut off that run.json was made from', async () => {
    const folder = freshFolder()
    const whole = await sampleLog(folder)
    truncateSync(logPath(folder), whole.lastIndexOf(10, whole.length - 2) + 1)
    const fault = await readingFault(folder)
    expect(fault).toBeInstanceOf(CorruptError)
    expect(String(fault)).toContain('run.json')
  })

  it('is refused as corrupt when a line was put in by hand', async () => {
    const folder = freshFolder()
    await sampleLog(folder)
    writeFileSync(logPath(folder), '{"type":"node_completed"}\n', { flag: 'a' })
    expect(await readingFault(folder)).toBeInstanceOf(CorruptError)
  })

  it('takes no append, and nothing is written', async () => {
    const folder = freshFolder()
    const whole = await sampleLog(folder)
    whole[whole.length >> 1] = 0
    writeFileSync(logPath(folder), whole)
    const store = openFolder(folder)
    const append = { commitId: 'c', expectedSequence: 4, events: [completed('late')] }
    await expect(store.appendEvents('r', append)).rejects.toThrow(CorruptError)
    expect(readFileSync(logPath(folder)).equals(whole)).toBe(true)
  })

  it('does not hide the other runs of a list, and is in it as it was last known', async () => {
    const folder = freshFolder()
    const whole = await sampleLog(folder)
    whole[whole.length >> 1] = 0
    writeFileSync(logPath(folder), Buffer.concat([whole, Buffer.from('{}\n')]))
    const store = openFolder(folder)
    await startedRun(store, 'other')
    const { items } = await store.listWorkflowRuns({}, { limit: 10 })
    expect(items.map(({ id, lastSequence }) => [id, lastSequence]).sort()).toEqual([
      ['other', 1],
      ['r', 4],
    ])
  })

  it('can be deleted', async () => {
    const folder = freshFolder()
    const whole = await sampleLog(folder)
    whole[10] = 0
    writeFileSync(logPath(folder), whole)
    const store = openFolder(folder)
    await store.deleteWorkflowRun('r')
    expect(await store.getWorkflowRun('r')).toBeNull()
    await startedRun(store)
  })
})

describe('a damaged blob', () => {
  it('is refused as corrupt', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    await startedRun(store)
    const blobs = [{ ref: 'out', bytes: Buffer.from('large') }]
    await store.appendEvents('r', { commitId: 'c', expectedSequence: 1, events: [completed('x')], blobs })
    expect(Buffer.from(await store.readBlob('r', 'out')).toString()).toBe('large')
    rmSync(join(folder, 'r', 'blobs'), { recursive: true })
    await expect(store.readBlob('r', 'out')).rejects.toThrow(CorruptError)
  })
})
