import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { isStoreError } from '@ion/store'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { append, completed, newRun, scratchFolder, started } from './scratch.test-support.ts'
import { SqliteStore } from './sqlite-store.ts'

const disk = scratchFolder()('disk')
mkdirSync(disk)
const mount = (...options: string[]) => spawnSync('mount', options).status === 0
// Only root may, and not in every container.
const mounted = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk)
afterAll(() => {
  if (mounted) spawnSync('umount', ['--lazy', disk])
})

describe.skipIf(!mounted)('a disk of 1 MiB (skipped where none can be mounted)', () => {
  it('refuses appends without effect once it is full, and takes them when there is room', async () => {
    const store = new SqliteStore({ file: `${disk}/ion.db` })
    await store.createWorkflowRun(newRun('run'))
    await store.appendEvents('run', append(0, started))
    const output = 'x'.repeat(20_000)
    let last = 1
    let refusal: unknown
    while (refusal === undefined && last < 100) {
      await store.appendEvents('run', append(last, completed(output))).then(
        ({ lastSequence }) => {
          last = lastSequence
        },
        (error: unknown) => {
          refusal = error
        },
      )
    }
    expect(isStoreError(refusal, 'unavailable') && refusal.details.outcome).toBe('none')

    expect(await store.getWorkflowRun('run')).toMatchObject({ lastSequence: last })
    expect(await store.getWorkflowEvents('run', { limit: 1_000 })).toHaveLength(last)

    expect(mount('-o', 'remount,size=16m', disk)).toBe(true)
    const landed = await store.appendEvents('run', append(last, completed(output)))
    expect(landed.lastSequence).toBe(last + 1)
    await store.close()
    const database = new Database(`${disk}/ion.db`)
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    database.close()
  })

  it('that can only be read refuses to be opened as unavailable', async () => {
    expect(mount('-o', 'remount,ro', disk)).toBe(true)
    for (const name of ['ion.db', 'new.db']) {
      const store = new SqliteStore({ file: `${disk}/${name}` })
      await expect(store.ready()).rejects.toMatchObject({ code: 'unavailable', outcome: 'none' })
      await store.close()
    }
  })
})
