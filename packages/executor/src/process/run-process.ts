import { type ChildProcess, spawn } from 'node:child_process'
import { NodeFailure, Stop } from '../node-failure.ts'
import { endProcessGroup } from './process-group.ts'
import { release } from './release.ts'

/** How long output is read on after the process itself has ended, while something it left behind holds the pipe. */
const quietAfterExitMs = 200
const longestAfterExitMs = 2_000

export interface ProcessOptions {
  command: string
  args: string[]
  cwd: string
  env: { [name: string]: string }
  /** Written to stdin, which is then closed; without it stdin is empty. */
  input?: string
  /** Ends the whole process group; its reason is rethrown. */
  signal: AbortSignal
  killAfterMs: number
  /**
   * Takes everything the process prints. When it gives a promise, reading waits for it, and the bytes are gone once it has
   * settled: what is to stay is copied.
   */
  onOutput(stream: 'stdout' | 'stderr', bytes: Buffer): void | Promise<void>
}

/** How a process ended. */
export interface ProcessEnd {
  /** `null` when a signal ended it. */
  exitCode: number | null
  signal: NodeJS.Signals | null
}

/**
 * Runs a process in a group of its own. Processes that it leaves in the background live on, unless the signal aborts:
 * then the whole group is ended, and the promise rejects once it is gone.
 *
 * @throws the signal's reason; {NodeFailure} `spawn_failed` when the process can't be started.
 */
export async function runProcess(options: ProcessOptions): Promise<ProcessEnd> {
  const { signal, killAfterMs } = options
  signal.throwIfAborted()
  const child = start(options)
  const group = child.pid
  let ending: Promise<void> | undefined
  const end = () => {
    if (group !== undefined) ending ??= endProcessGroup(group, killAfterMs)
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    const result = await ended(child, options)
    await ending
    signal.throwIfAborted()
    return result
  } finally {
    signal.removeEventListener('abort', end)
  }
}

function start({ command, args, cwd, env, input }: ProcessOptions): ChildProcess {
  try {
    const child = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    // A process may end without reading what it is given.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
    return child
  } catch (error) {
    throw spawnFailure(command, cwd, error)
  }
}

function ended(child: ChildProcess, { command, cwd, onOutput }: ProcessOptions): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    let lastOutput = 0
    let exited = 0
    let watch: NodeJS.Timeout | undefined
    let sinkError: unknown
    const pending = new Set<Promise<void>>()

    const read = (stream: 'stdout' | 'stderr') => {
      child[stream]?.on('data', (bytes: Buffer) => {
        lastOutput = performance.now()
        const waiting = onOutput(stream, bytes)
        if (!waiting) return
        const readable = child[stream]
        readable?.pause()
        const done = waiting
          .catch((error: unknown) => {
            sinkError ??= error
          })
          .finally(() => {
            release(bytes)
            pending.delete(done)
            readable?.resume()
          })
        pending.add(done)
      })
    }
    read('stdout')
    read('stderr')

    const letGo = () => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
    child.once('error', (error) => {
      if (child.pid !== undefined) return
      clearInterval(watch)
      reject(spawnFailure(command, cwd, error))
    })
    child.once('exit', () => {
      exited = performance.now()
      watch = setInterval(() => {
        const now = performance.now()
        const quiet = now - Math.max(exited, lastOutput) >= quietAfterExitMs && pending.size === 0
        if (quiet || now - exited >= longestAfterExitMs) letGo()
      }, 50)
    })
    child.once('close', async (exitCode, signal) => {
      clearInterval(watch)
      await Promise.all(pending)
      if (sinkError) reject(sinkError)
      else resolve({ exitCode, signal })
    })
  })
}

const passingSpawnErrors = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'])

function spawnFailure(command: string, cwd: string, error: unknown): NodeFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const why = error instanceof Error ? error.message : String(error)
  const hint = code === 'ENOENT' ? ` (is ${command} installed, and is ${cwd} a folder?)` : ''
  return new NodeFailure(
    'spawn_failed',
    `${command} could not be started: ${why}${hint}`,
    { transient: passingSpawnErrors.has(code), details: { errno: code } },
    { cause: error },
  )
}

/** Whether a value is the order to stop that an attempt's signal carries. */
export function isStop(value: unknown): value is Stop {
  return value instanceof Stop
}
