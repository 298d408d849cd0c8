import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LeaseLostError } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { faultyFiles } from './faulty-files.ts'
import { nodeFileSystem } from './file-system.ts'
import { claimedRun, freshFolder, openFolder } from './scenario.ts'

const start = Date.parse('2030-01-01T00:00:00.000Z')

describe('a renewal', () => {
  it('that is not written before the lease ends is refused, and the claim stays as it was', async () => {
    const folder = freshFolder()
    let time = start
    let slow = false
    const clock = () => new Date(time)
    const rename: typeof nodeFileSystem.rename = async (from, to) => {
      if (slow) time += 2_000
      await nodeFileSystem.rename(from, to)
    }
    const store = openFolder(folder, { files: faultyFiles({}, { rename }), clock })
    const claim = await claimedRun(store, 1_000)
    slow = true
    await expect(store.renewClaim('r', claim, 60_000)).rejects.toThrow(LeaseLostError)
    const reader = openFolder(folder, { clock })
    expect((await reader.getWorkflowRun('r'))?.claim).toMatchObject({
      state: 'expired',
      expiresAt: claim.expiresAt,
    })
  })

  it('is seen by other handles, and by the holder that appends through another one', async () => {
    const folder = freshFolder()
    let time = start
    const clock = () => new Date(time)
    const [holder, renewer] = [openFolder(folder, { clock }), openFolder(folder, { clock })]
    const claim = await claimedRun(holder, 1_000)
    await renewer.renewClaim('r', claim, 10_000)
    time += 5_000
    const append = { commitId: 'c', expectedSequence: 1, claim, events: [] }
    expect(await holder.appendEvents('r', append)).toMatchObject({ lastSequence: 1 })
  })

  it('whose file is damaged counts as not made', async () => {
    const folder = freshFolder()
    const store = openFolder(folder)
    const claim = await claimedRun(store)
    await store.renewClaim('r', claim, 600_000)
    writeFileSync(join(folder, 'r', 'claims', '1.json'), '{')
    expect((await store.getWorkflowRun('r'))?.claim?.expiresAt).toBe(claim.expiresAt)
  })
})
