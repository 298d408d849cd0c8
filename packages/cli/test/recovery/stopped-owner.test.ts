import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type IonProject, ionProject, processesOf } from './ion-project.ts'
import { long, onEveryStore, type StoreKind } from './stores.ts'

const hostProgram = fileURLToPath(new URL('../fixtures/host.mjs', import.meta.url))

const workflow = `
name: stopped
nodes:
  - id: first
    bash: echo first
  - id: slow
    depends_on: [first]
    bash: echo "slow $$" >> effects; sleep 1; echo slow
  - id: last
    depends_on: [slow]
    bash: echo "$first.output $slow.output"
`

/** Instead of a time that a busy machine may spend elsewhere; it ends by itself if nobody tells it. */
const untilTold = 'for i in $(seq 400); do if [ -e told ]; then break; fi; sleep 0.1; done'

const leaseMs = 2_500

/**
 * A process that is stopped amid a transaction of SQLite keeps the whole file locked until it goes on, and then there is nothing to
 * take over. So on SQLite it is stopped between two.
 */
const oneThread = (kind: StoreKind) => (kind === 'sqlite' ? { ION_TEST_ONE_THREAD: '1' } : {})

function startHost(place: IonProject, env: NodeJS.ProcessEnv) {
  const args = [hostProgram, place.url, '.ion/workflows/stopped.yaml', 'r']
  const child = spawn(process.execPath, args, {
    cwd: place.folder,
    env: { ...process.env, ION_TEST_LEASE_MS: String(leaseMs), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (bytes) => {
    stderr += bytes
  })
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, stderr }))
  })
  return { child, ended }
}

const isStopped = async (pid: number | undefined) =>
  (await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') T ')

/** Takes the run over once the lease is out, and only then wakes the owner that was stopped. */
async function takeOverAndWake(place: IonProject, host: ReturnType<typeof startHost>) {
  await expect
    .poll(async () => (await place.store.getWorkflowRun('r'))?.claim?.state, { timeout: 10_000 })
    .toBe('expired')
  const resumed = await place.ion(['resume', 'r'])
  expect(resumed.code, resumed.stderr).toBe(0)
  expect(resumed.stdout).toBe('first slow\n')
  const events = await place.events('r')

  host.child.kill('SIGCONT')
  const { code, stderr } = await host.ended
  expect(code, stderr).toBe(7)
  expect(stderr).toContain('run_lost')
  expect(await place.events('r')).toEqual(events)
  expect((await place.store.getWorkflowRun('r'))?.status).toBe('completed')
  expect(await processesOf(place, 'r')).toEqual([])
}

describe('an owner on files, SQLite or Postgres that is stopped for longer than its lease', () => {
  it('is fenced when it wakes, writes nothing and stops', { timeout: 120_000 }, () =>
    onEveryStore(async (kind) => {
      const place = await ionProject(kind, { '.ion/workflows/stopped.yaml': workflow })
      const host = startHost(place, oneThread(kind))
      await expect
        .poll(() => readFile(join(place.folder, 'effects')).catch(() => null), { timeout: 20_000 })
        .not.toBeNull()
      host.child.kill(kind === 'sqlite' ? 'SIGUSR2' : 'SIGSTOP')
      await expect.poll(() => isStopped(host.child.pid), { timeout: 20_000 }).toBe(true)
      await takeOverAndWake(place, host)
    }),
  )

  it('keeps its run while it is alive, however long a node takes', { timeout: 120_000 }, () =>
    onEveryStore(async (kind) => {
      const place = await ionProject(kind, {
        '.ion/workflows/stopped.yaml': workflow.replace('sleep 1', untilTold),
      })
      const host = startHost(place, oneThread(kind))
      await expect
        .poll(() => readFile(join(place.folder, 'effects')).catch(() => null), { timeout: 20_000 })
        .not.toBeNull()
      await new Promise((resolve) => setTimeout(resolve, 2 * leaseMs))
      const refused = await place.ion(['resume', 'r'])
      expect(refused.code).toBe(5)
      expect(refused.stderr).toContain(`process ${host.child.pid} `)
      await writeFile(join(place.folder, 'told'), '')
      expect((await host.ended).code).toBe(0)
    }),
  )
})

describe.each(long ? [1, 2, 3, 4] : [1, 3])(
  'an owner that is stopped exactly between the check and the write of its append %i',
  (write) => {
    it('is fenced when it wakes: what it writes is void, and it learns so', { timeout: 120_000 }, () =>
      onEveryStore(async (kind) => {
        const place = await ionProject(kind, { '.ion/workflows/stopped.yaml': workflow })
        const host = startHost(place, { ...oneThread(kind), ION_TEST_STOP_WRITE: String(write) })
        await expect.poll(() => isStopped(host.child.pid), { timeout: 20_000 }).toBe(true)
        if (write === 1) {
          // Its very claim was stopped: nobody holds the run, and nothing of it has begun.
          const resumed = await place.ion(['resume', 'r'])
          expect(resumed.code, resumed.stderr).toBe(0)
          const events = await place.events('r')
          host.child.kill('SIGCONT')
          // It finds the run started and ended by another, and says how that left it.
          expect(await host.ended).toMatchObject({ code: 0, stderr: '' })
          expect(await place.events('r')).toEqual(events)
          return
        }
        await takeOverAndWake(place, host)
      }),
    )
  },
)
