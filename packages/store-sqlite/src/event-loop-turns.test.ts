import { describe, expect, it } from 'vitest'
import { append, newRun, scratchFolder, started } from './scratch.test-support.ts'
import { SqliteStore } from './sqlite-store.ts'

const file = scratchFolder()

describe('writing without a pause', () => {
  it('lets timers fire', async () => {
    const store = new SqliteStore({ file: file('turns.db'), synchronous: 'normal' })
    await store.createWorkflowRun(newRun('r'))
    let { lastSequence } = await store.appendEvents('r', append(0, started))
    let fired = false
    setTimeout(() => {
      fired = true
    }, 1)
    for (let appends = 0; !fired && appends < 20_000; appends++) {
      const event = { type: 'node_started', nodeId: 'a', payload: {} } as const
      lastSequence = (await store.appendEvents('r', append(lastSequence, event))).lastSequence
    }
    await store.close()
    expect(fired).toBe(true)
  })
})
