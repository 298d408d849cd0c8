import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { WorkflowRun } from '@ion/store'

/** Names in the environment by which a node's processes are found again, whatever became of their executor. */
export const runMarker = 'ION_RUN_KEY'
export const nodeMarker = 'ION_NODE_ID'

/** A run as processes are marked with it: its id alone may be that of another run too, in another store. */
export type MarkedRun = Pick<WorkflowRun, 'id' | 'createdAt'>

/** The mark of a run, the same on every machine and in no other run. */
export function runKey({ id, createdAt }: MarkedRun): string {
  return `${id}@${createdAt}`
}

export interface LeftoverQuery {
  run: MarkedRun
  /** Paths of the nodes whose processes are to be ended. */
  paths: ReadonlySet<string>
  killAfterMs: number
}

/**
 * Ends what an executor that is gone has left running on this machine: every process whose environment carries the
 * marks of one of these nodes, wherever it has moved since. Resolves when none is left.
 *
 * @returns the pids that were ended.
 */
export async function endLeftovers({ run, paths, killAfterMs }: LeftoverQuery): Promise<number[]> {
  if (paths.size === 0) return []
  const ended = new Set<number>()
  const deadline = performance.now() + killAfterMs
  for (;;) {
    const pids = await findProcesses(runKey(run), paths)
    if (pids.length === 0) return [...ended]
    const patient = performance.now() < deadline
    for (const pid of pids) {
      const first = !ended.has(pid)
      ended.add(pid)
      if (!patient) end(pid, 'SIGKILL')
      else if (first) {
        end(pid, 'SIGTERM')
        end(pid, 'SIGCONT')
      }
    }
    if (performance.now() > deadline + 5_000) return [...ended]
    await sleep(20)
  }
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}

async function findProcesses(key: string, paths: ReadonlySet<string>): Promise<number[]> {
  const found = process.platform === 'linux' ? await findInProc(key, paths) : await findWithPs(key, paths)
  return found.filter((pid) => pid !== process.pid && pid !== process.ppid)
}

async function findInProc(key: string, paths: ReadonlySet<string>): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const marked = await Promise.all(pids.map((pid) => isMarked(pid, key, paths)))
  return pids.filter((_, index) => marked[index])
}

async function isMarked(pid: number, key: string, paths: ReadonlySet<string>): Promise<boolean> {
  try {
    const environment = (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0')
    if (!environment.includes(`${runMarker}=${key}`)) return false
    const prefix = `${nodeMarker}=`
    const path = environment.find((entry) => entry.startsWith(prefix))?.slice(prefix.length)
    return path !== undefined && paths.has(path)
  } catch {
    // Gone, or another user's.
    return false
  }
}

/** Where there is no /proc: `ps` shows the environment of one's own processes after their command. */
async function findWithPs(key: string, paths: ReadonlySet<string>): Promise<number[]> {
  if (process.platform === 'win32') return []
  const { stdout } = await promisify(execFile)('ps', ['-E', '-ax', '-o', 'pid=,command='], {
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
    .split('\n')
    .filter((line) => {
      const words = line.split(' ')
      const path = words.find((word) => word.startsWith(`${nodeMarker}=`))?.slice(nodeMarker.length + 1)
      return words.includes(`${runMarker}=${key}`) && path !== undefined && paths.has(path)
    })
    .map((line) => Number.parseInt(line, 10))
}
