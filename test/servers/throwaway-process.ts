import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, statSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type RunAs, unprivileged } from './unprivileged.ts'

export interface ThrowawayOptions {
  /** What it is, for the folder's name and for messages. */
  name: string
  /** What ends it at once and in good order. */
  stopSignal: NodeJS.Signals
}

export interface ProgramOptions {
  program: string
  args: string[]
  env?: NodeJS.ProcessEnv
  /** Asked again and again until it says yes. */
  isReady: (pid: number) => boolean | Promise<boolean>
  /** How long it may take to become ready, in milliseconds. */
  patience?: number
}

/** A server program could not be started, or ended before it was ready. */
export class ServerFailed extends Error {
  override readonly name = 'ServerFailed'
  /** What the program printed since it was started. */
  readonly output: string

  constructor(message: string, output: string) {
    super(output.trim() ? `${message}:\n${output.trim()}` : message)
    this.output = output
  }
}

/**
 * A server program and the temporary folder that it works in. Both are gone after `stop`, and also when this process
 * dies in any way: a caretaker of its own process sees to that. It never keeps this process from ending.
 */
export class ThrowawayProcess {
  /** Belongs to the user that the program runs as. */
  readonly folder: string
  /** Whom the program runs as. */
  readonly runAs: RunAs = unprivileged()
  readonly #name: string
  readonly #logFile: string
  readonly #caretaker: ChildProcess
  #child: ChildProcess | undefined

  constructor({ name, stopSignal }: ThrowawayOptions) {
    this.#name = name
    this.folder = mkdtempSync(join(tmpdir(), `ion-${name}-`))
    this.#caretaker = spawnCaretaker(this.folder, stopSignal)
    this.#logFile = join(this.folder, 'log')
    if (this.runAs.uid !== undefined && this.runAs.gid !== undefined) {
      chownSync(this.folder, this.runAs.uid, this.runAs.gid)
    }
  }

  /** The program's process, while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts the program and waits until it is ready; throws {@link ServerFailed}. */
  async start({ program, args, env = {}, isReady, patience = 60_000 }: ProgramOptions): Promise<void> {
    if (this.#child) throw new ServerFailed(`${this.#name} is already running`, '')
    const log = openSync(this.#logFile, 'a')
    const before = statSync(this.#logFile).size
    const failed = (what: string) =>
      new ServerFailed(`${this.#name} ${what}`, readFileSync(this.#logFile).subarray(before).toString())
    // A group of its own, so that Ctrl-C at the terminal does not reach it; no pipe that could fill or break.
    const child = spawn(program, args, {
      ...this.runAs,
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, LC_ALL: 'C', ...env },
    })
    closeSync(log)
    if (!child.pid) {
      const [error] = await once(child, 'error')
      throw failed(`could not be started: ${error}`)
    }
    this.#has(child)
    const runs = () => child.exitCode === null && child.signalCode === null
    for (const deadline = Date.now() + patience; runs(); await sleep(10)) {
      if (await isReady(child.pid)) return
      if (Date.now() > deadline) {
        await this.kill('SIGKILL')
        throw failed(`was not ready after ${patience / 1000} s`)
      }
    }
    throw failed(`ended with ${child.signalCode ?? `code ${child.exitCode}`} before it was ready`)
  }

  /** Sends the program a signal that ends it, and waits until it has ended. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child) return
    const ended = once(child, 'exit')
    child.ref()
    child.kill(signal)
    await ended
  }

  /** Ends the program and removes the folder. */
  async stop(): Promise<void> {
    const caretaker = this.#caretaker
    if (caretaker.exitCode === null && caretaker.signalCode === null) {
      const done = once(caretaker, 'exit')
      caretaker.ref()
      caretaker.stdin?.end()
      await done
    }
    await this.kill('SIGKILL')
    if (caretaker.exitCode !== 0) throw new ServerFailed(`${this.#name}: ${this.folder} was not removed`, '')
  }

  #has(child: ChildProcess): void {
    this.#child = child
    this.#caretaker.stdin?.write(`${child.pid}\n`)
    child.unref()
    child.once('exit', () => {
      this.#child = undefined
      if (this.#caretaker.stdin?.writable) this.#caretaker.stdin.write('0\n')
    })
  }
}

function spawnCaretaker(folder: string, signal: NodeJS.Signals): ChildProcess {
  const script = fileURLToPath(new URL('caretaker.ts', import.meta.url))
  const caretaker = spawn(process.execPath, [script, folder, signal], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH },
  })
  caretaker.unref()
  const { stdin } = caretaker
  if (stdin instanceof Socket) stdin.unref()
  stdin?.on('error', () => {})
  return caretaker
}
