import { appendFileSync, copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { completed, freshFolder, linesOf, logPath, openFolder, readOutputs, startedRun } from './scenario.ts'

/** A log with one completion, then a batch of three. Gives where that batch begins and ends. */
async function logWithBatch(folder: string) {
  const store = openFolder(folder)
  await startedRun(store)
  await store.createWorkflowEvent('r', completed('first'))
  const from = statSync(logPath(folder)).size
  const events = [completed('x'), completed('y\u2028"\n'), completed('z')]
  await store.appendEvents('r', { commitId: 'batch', expectedSequence: 2, events })
  const whole = readFileSync(logPath(folder))
  return { whole, from, events }
}

describe('a log whose last batch was torn', () => {
  it('is read without that batch, and goes on, wherever it was torn', async () => {
    const source = freshFolder()
    const { whole, from, events } = await logWithBatch(source)
    const folder = freshFolder()
    for (let size = from; size < whole.length; size++) {
      const store = openFolder(folder)
      const id = `r${size}`
      await startedRun(store, id)
      // The same log under another name: the run's id is in its first line alone.
      const own = readFileSync(logPath(folder, id))
      const first = own.subarray(0, own.indexOf(10) + 1)
      const rest = whole.subarray(whole.indexOf(10) + 1, size)
      writeFileSync(logPath(folder, id), Buffer.concat([first, rest]))

      const reader = openFolder(folder)
      expect(await readOutputs(reader, id)).toEqual(['first'])
      expect(readFileSync(logPath(folder, id)).length, 'a reader cut the log').toBe(
        first.length + rest.length,
      )
      await reader.appendEvents(id, { commitId: 'next', expectedSequence: 2, events: [completed('next')] })
      await reader.appendEvents(id, { commitId: 'batch', expectedSequence: 3, events })
      const again = openFolder(folder)
      expect(await readOutputs(again, id)).toEqual(['first', 'next', 'x', 'y\u2028"\n', 'z'])
      await Promise.all([store.close(), reader.close(), again.close()])
    }
  }, 120_000)

  it('gives a writer who saw it whole in pieces the same as one who opens it later', async () => {
    const source = freshFolder()
    const { whole, from } = await logWithBatch(source)
    const reader = openFolder(source)
    truncateSync(logPath(source), from)
    expect(await readOutputs(reader)).toEqual(['first'])
    for (let size = from; size < whole.length; size += 7) {
      appendFileSync(logPath(source), whole.subarray(size, Math.min(size + 7, whole.length)))
      const seen = await readOutputs(reader)
      expect(seen.length === 1 || size + 7 >= whole.length).toBe(true)
    }
    expect(await readOutputs(reader)).toEqual(['first', 'x', 'y\u2028"\n', 'z'])
  })

  it('does not bring a batch to life that lacked only its newline', async () => {
    const folder = freshFolder()
    const { whole } = await logWithBatch(folder)
    truncateSync(logPath(folder), whole.length - 1)
    const writer = openFolder(folder)
    await writer.createWorkflowEvent('r', completed('instead'))
    expect(await readOutputs(openFolder(folder))).toEqual(['first', 'instead'])
    expect(linesOf(folder).filter((line) => line.endsWith('<torn>'))).toHaveLength(1)
  })

  it('is read past what a power loss left of it', async () => {
    const folder = freshFolder()
    const { from } = await logWithBatch(folder)
    truncateSync(logPath(folder), from)
    appendFileSync(logPath(folder), Buffer.alloc(300))
    const writer = openFolder(folder)
    await writer.createWorkflowEvent('r', completed('after'))
    expect(await readOutputs(openFolder(folder))).toEqual(['first', 'after'])
  })

  it('keeps its other files out of it', async () => {
    const folder = freshFolder()
    await logWithBatch(folder)
    const copy = join(folder, 'copy')
    copyFileSync(logPath(folder), copy)
    await readOutputs(openFolder(folder))
    expect(readFileSync(copy).equals(readFileSync(logPath(folder)))).toBe(true)
  })
})
