import { mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { currentOwner, hasRunFolders, isReopenable } from '@ion/store'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from './index.ts'
import { freshFolder, newRun } from './scenario.ts'

async function opened(url: string) {
  const store = await openStore(url)
  onTestFinished(() => store.close())
  return store
}

describe('openStore', () => {
  it('takes absolute URLs, percent-encoded, and paths relative to the working directory', async () => {
    const folder = join(freshFolder(), 'my runs #1')
    mkdirSync(folder)
    const store = await opened(pathToFileURL(folder).href)
    await store.createWorkflowRun(newRun('r'))
    expect(store.runFolder('r')).toBe(join(folder, 'r'))
    const same = await opened(`file:${relative(process.cwd(), folder)}`)
    expect((await same.getWorkflowRun('r'))?.id).toBe('r')
  })

  it.each(['memory:', 'file:', '/tmp', 'file://host/x', 'file:///a#b', 'file:///a?b', 'file:///100%'])(
    'refuses %s',
    async (url) => {
      await expect(openStore(url)).rejects.toMatchObject({ code: 'invalid_record' })
    },
  )

  it('says that several processes may use it, and several hosts only when asked', async () => {
    const { href } = pathToFileURL(freshFolder())
    expect((await opened(href)).abilities).toMatchObject({ processes: 'many', hosts: 'one' })
    const shared = await openStore(href, { sharedBetweenHosts: true })
    expect(shared.abilities.hosts).toBe('many')
    await shared.close()
  })

  it('opens the same store again in another thread, which renews while this one is blocked', async () => {
    const store = await opened(pathToFileURL(freshFolder()).href)
    await store.createWorkflowRun(newRun('r'))
    const started = {
      commitId: 'c',
      expectedSequence: 0,
      events: [{ type: 'workflow_started' as const, payload: {} }],
    }
    const claimed = await store.claimWorkflowRun('r', currentOwner(), 60_000, started)
    expect(isReopenable(store) && hasRunFolders(store)).toBe(true)
    const renew = `
      const { workerData: { reopen, claim }, parentPort } = require('node:worker_threads')
      import(reopen.module).then(async ({ openStore }) => {
        const store = await openStore(reopen.url, reopen.options)
        parentPort.postMessage(await store.renewClaim('r', claim, 600_000))
        await store.close()
      })`
    const workerData = { reopen: store.reopen, claim: claimed?.claim }
    const worker = new Worker(renew, { eval: true, workerData, execArgv: ['--conditions=ion-source'] })
    const renewed: unknown = await new Promise((resolve, reject) =>
      worker.on('message', resolve).on('error', reject),
    )
    expect((await store.getWorkflowRun('r'))?.claim).toMatchObject({ state: 'live' })
    expect(renewed).toMatchObject({ expiresAt: (await store.getWorkflowRun('r'))?.claim?.expiresAt })
  })
})
