import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What runs on this machine for some nodes of a run. */
export interface RunningNodes {
  runId: string
  paths: ReadonlySet<string>
}

/**
 * Kills at once, with SIGKILL and without waiting, the process groups that these nodes run in. For a person who does not
 * want to wait; an orderly stop is the executor's.
 */
export function killProcesses(nodes: RunningNodes): void {
  const groups = process.platform === 'linux' ? markedGroups(nodes) : descendantGroups()
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL')
    } catch {
      // It is gone already.
    }
  }
}

/** Groups of the processes whose environment names this process, the run, and one of the nodes. */
function markedGroups({ runId, paths }: RunningNodes): Set<number> {
  const own = groupOf(process.pid)
  const groups = new Set<number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const environment = readOrEmpty(`/proc/${name}/environ`).split('\0')
    if (!environment.includes(`ION_RUN_ID=${runId}`)) continue
    if (!environment.includes(`ION_EXECUTOR_PID=${process.pid}`)) continue
    const node = environment.find((entry) => entry.startsWith('ION_NODE_ID='))?.slice('ION_NODE_ID='.length)
    const group = node !== undefined && paths.has(node) ? groupOf(Number(name)) : null
    if (group !== null && group !== own) groups.add(group)
  }
  return groups
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** Field 5 of `stat`; the name in field 2 may contain spaces and parentheses, so fields count from the last `)`. */
function groupOf(pid: number): number | null {
  const stat = readOrEmpty(`/proc/${pid}/stat`)
  const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
  return Number.isInteger(group) && group > 1 ? group : null
}

/** Groups of all processes below this one. */
function descendantGroups(): Set<number> {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid='], { encoding: 'utf8' })
  const rows = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  const below = new Set([process.pid])
  const groups = new Set<number>()
  for (let grown = true; grown; ) {
    grown = false
    for (const [pid, parent, group] of rows) {
      if (pid === undefined || parent === undefined || group === undefined) continue
      if (below.has(pid) || !below.has(parent)) continue
      below.add(pid)
      groups.add(group)
      grown = true
    }
  }
  const own = rows.find(([pid]) => pid === process.pid)?.[2]
  if (own !== undefined) groups.delete(own)
  return groups
}
