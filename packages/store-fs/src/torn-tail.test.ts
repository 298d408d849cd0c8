import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FilesystemStore } from './filesystem-store.ts'
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
    const root = freshFolder()
    for (let size = from; size < whole.length; size++) {
      const folder = join(root, `${size}`)
      mkdirSync(join(folder, 'r'), { recursive: true })
      writeFileSync(logPath(folder), whole.subarray(0, size))
      const store = new FilesystemStore({ artifactsDir: folder })
      expect(await readOutputs(store)).toEqual(['first'])
      expect(statSync(logPath(folder)).size, 'a reader cut the log').toBe(size)
      await store.appendEvents('r', { commitId: 'next', expectedSequence: 2, events: [completed('next')] })
      await store.appendEvents('r', { commitId: 'batch', expectedSequence: 3, events })
      await store.close()
      const again = new FilesystemStore({ artifactsDir: folder })
      expect(await readOutputs(again)).toEqual(['first', 'next', 'x', 'y\u2028"\n', 'z'])
      await again.close()
    }
  }, 60_000)

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
