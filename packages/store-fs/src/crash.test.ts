import { type ChildProcess, spawn } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freshFolder, openFolder, readOutputs, startedRun } from './scenario.ts'

const kills = 6

/** A process that appends without end, and says which outputs were acknowledged. */
function spawnWriter(folder: string, name: string): ChildProcess {
  const module = new URL('./index.ts', import.meta.url).href
  const program = `
    const { FilesystemStore } = await import(${JSON.stringify(module)})
    const store = new FilesystemStore({ artifactsDir: ${JSON.stringify(folder)} })
    for (let n = 0; ; n++) {
      const output = '${name}-' + n + '-' + 'x'.repeat((n * 997) % 9000)
      await store.createWorkflowEvent('r', { type: 'node_completed', nodeId: 'a', payload: { output } })
      process.send(output)
    }`
  const args = ['--conditions=ion-source', '--input-type=module', '-e', program]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

describe('processes that are killed while they append', () => {
  it('lose nothing that was acknowledged, and leave a log that others go on with', async () => {
    const folder = freshFolder()
    await startedRun(openFolder(folder))
    const acknowledged: unknown[] = []
    for (let kill = 0; kill < kills; kill++) {
      const writers = ['a', 'b'].map((name) => spawnWriter(folder, `${name}${kill}`))
      const seen = acknowledged.length
      await new Promise<void>((resolve) => {
        for (const writer of writers) {
          writer.on('message', (output) => {
            acknowledged.push(output)
            if (acknowledged.length >= seen + 20 + kill) resolve()
          })
        }
      })
      const ended = writers.map((writer) => new Promise((resolve) => writer.on('close', resolve)))
      for (const writer of writers) writer.kill('SIGKILL')
      await Promise.all(ended)
    }
    const store = openFolder(folder)
    const events = await store.getWorkflowEvents('r', { limit: 100_000 })
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
    const outputs = await readOutputs(store)
    expect(new Set(outputs).size).toBe(outputs.length)
    expect(outputs).toEqual(expect.arrayContaining(acknowledged))
  }, 60_000)
})

describe('a reader beside a writer', () => {
  it('sees at any moment a beginning of the log, whole batches only', async () => {
    const folder = freshFolder()
    const writer = openFolder(folder)
    const reader = openFolder(folder)
    await startedRun(writer)
    let done = false
    const writing = (async () => {
      for (let n = 0; n < 100; n++) {
        const output = `${n}`.padEnd(3_000, 'x')
        const event = { type: 'node_completed' as const, nodeId: 'a', payload: { output } }
        await writer.appendEvents('r', {
          commitId: `c${n}`,
          expectedSequence: 1 + 2 * n,
          events: [event, event],
        })
      }
      done = true
    })()
    let last = 0
    while (!done) {
      const outputs = await readOutputs(reader)
      expect(outputs.length % 2).toBe(0)
      expect(outputs.length).toBeGreaterThanOrEqual(last)
      last = outputs.length
    }
    await writing
    expect(await readOutputs(reader)).toHaveLength(200)
  })
})
