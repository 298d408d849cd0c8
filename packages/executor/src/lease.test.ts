import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { currentOwner, type NewEvent } from '@ion/store'
import { openStore } from '@ion/store-fs'
import { describe, expect, it } from 'vitest'
import { createRun } from './create-run.ts'
import { executeWorkflow } from './execute.ts'
import { renewalThread } from './renewal-thread.ts'
import { scratchFolder, workflowOf } from './run-fixture.test-support.ts'

/** Long enough that a busy machine opens the renewing thread's store in time. */
const longTtlMs = 2_000

/** Shorter than the node that outlives it. */
const shortTtlMs = 600

const started: NewEvent = { type: 'workflow_started', payload: {} }

/** Blocks this thread, as a handler does that computes for long. */
function block(ms: number): void {
  const until = Date.now() + ms
  while (Date.now() < until);
}

describe('a lease', () => {
  it('is kept while a handler blocks the thread for longer than it lasts', async () => {
    const folder = await scratchFolder()
    const store = await openStore(`file:${join(folder, 'runs')}`)
    const result = await executeWorkflow({
      store,
      cwd: folder,
      workflow: workflowOf('\n- {id: a, prompt: think}\n- {id: b, depends_on: [a], bash: echo "$a.output"}'),
      lease: { ttlMs: longTtlMs },
      prompt: async () => {
        // The thread that renews needs a moment to open its store.
        await new Promise((resolve) => setTimeout(resolve, longTtlMs / 2))
        block(2 * longTtlMs)
        return 'thought'
      },
    })
    expect(result.status).toBe('completed')
    expect(result.outputs.get('b')).toBe('thought')
    await store.close()
  })

  it('that is not renewed loses the run: bodies are ended, nothing more is written, and the host is told', async () => {
    const folder = await scratchFolder()
    const store = await openStore(`file:${join(folder, 'runs')}`)
    // Renewals get lost on the way, here and in any thread.
    Object.assign(store, { reopen: undefined, renewClaim: async () => {} })
    const run = executeWorkflow({
      store,
      cwd: folder,
      runId: 'r',
      workflow: workflowOf('\n- {id: a, bash: sleep 1}\n- {id: b, depends_on: [a], bash: echo b}'),
      lease: { ttlMs: shortTtlMs },
    })
    await expect(run).rejects.toMatchObject({ code: 'run_lost', cause: { code: 'lease_lost' } })
    const left = await store.getWorkflowRun('r')
    expect(left).toMatchObject({ status: 'running', lastSequence: 2, claim: { state: 'expired' } })
    await store.close()
  })

  it('that was let go says nothing of the next one of its run', async () => {
    const folder = await scratchFolder()
    const store = await openStore(`file:${join(folder, 'runs')}`)
    const claimed = async (after: number) => {
      const append = { commitId: `${after}`, expectedSequence: after, events: [started] }
      const grant = await store.claimWorkflowRun('r', currentOwner(), 60_000, append)
      if (grant === null) throw new Error('the run was not granted')
      return grant.claim
    }
    await createRun({ store, cwd: folder, runId: 'r', workflow: workflowOf('\n- {id: a, bash: echo a}') })
    const first = await claimed(0)
    await store.appendEvents('r', {
      ...{ commitId: 'release', expectedSequence: 1, expectedSignal: 0, claim: first },
      ...{ events: [], release: true },
    })
    const second = await claimed(1)
    const lost: string[] = []
    const options = { ttlMs: 60_000, everyMs: 60_000 }
    const onLost = (what: string) => () => void lost.push(what)
    const thread = renewalThread(store.reopen)
    thread.keep({ runId: 'r', claim: second, ...options }, onLost('second'))
    // It has opened its store once it tells what became of a claim.
    await new Promise((told) => thread.keep({ runId: 'r', claim: first, ...options }, () => told(null)))
    thread.keep({ runId: 'r', claim: first, ...options }, onLost('first'))
    // The thread tells that the first one is lost, and this one hears it only after the first was let go.
    block(500)
    thread.drop(first)
    thread.keep({ runId: 'r', claim: second, ...options }, onLost('second'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(lost).toEqual([])
    thread.drop(second)
    await store.close()
  })

  it('is renewed by another thread when the one that did so has ended', async () => {
    const notes = join(await scratchFolder(), 'notes')
    const module = new URL('./dying-thread.test-support.ts', import.meta.url).href
    const thread = renewalThread({ module, url: `dying:${notes}` })
    const claim = { token: 'a', number: 1, expiresAt: new Date(Date.now() + 60_000).toISOString() }
    let lost = false
    thread.keep({ runId: 'r', claim, ttlMs: 60_000, everyMs: 50 }, () => {
      lost = true
    })
    await expect
      .poll(() => readFile(notes, 'utf8').catch(() => ''), { timeout: 20_000 })
      .toMatch(/^died\nrenewed\nrenewed/)
    expect(lost).toBe(false)
    thread.drop(claim)
  })
})
