import { type ChildProcess, fork } from 'node:child_process'
import type { IWorkflowStore } from '@ion/store'
import { type Command, type Opening, type Reply, type StoreCall, unpackError } from './child-protocol.ts'
import type { ChildScripts, Progress } from './child-scripts.ts'

type Rest<Script> = Script extends (store: IWorkflowStore, progress: Progress, ...rest: infer Args) => unknown
  ? Args
  : never

type Request = Command extends infer Each ? (Each extends Command ? Omit<Each, 'id'> : never) : never

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

// Beside this module both in the sources and in the build.
const childModule = new URL(
  import.meta.url.endsWith('.ts') ? './conformance-child.ts' : './conformance-child.js',
  import.meta.url,
)

/** Flags that make a runner or a debugger of the parent; a child with them would be one too. */
const notForChildren = /^--(test|watch|inspect|debug)/

/** A process of its own with a handle on a store. */
export class StoreChild {
  readonly #process: ChildProcess
  readonly #pending = new Map<number, Pending>()
  readonly #gone: Promise<void>
  readonly #listeners = new Set<(value: unknown) => void>()
  #lastId = 0
  #stderr = ''
  /** Whether it is as good as new, so that another case can have it. */
  #reusable = true

  constructor() {
    this.#process = fork(childModule, {
      execArgv: process.execArgv.filter((flag) => !notForChildren.test(flag)),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#process.stderr?.on('data', (bytes) => {
      this.#stderr += String(bytes)
    })
    this.#process.on('message', (reply: Reply) => this.#hear(reply))
    this.#gone = new Promise((resolve) => {
      this.#process.once('close', (code, signal) => {
        this.#reusable = false
        const error = new Error(`the child process ended (${signal ?? code}): ${this.#stderr.slice(-2_000)}`)
        for (const { reject } of this.#pending.values()) reject(error)
        this.#pending.clear()
        resolve()
      })
    })
  }

  /** Opens a store, which all further calls are made of. */
  async open(opening: Opening): Promise<void> {
    if (opening.clockOffsetMs) this.#reusable = false
    this.#process.ref()
    this.#process.channel?.ref()
    await this.#request({ kind: 'open', opening })
  }

  /**
   * Closes the store. A child that may be amid something is ended.
   *
   * @returns whether the child can open another store.
   */
  async letGo(): Promise<boolean> {
    this.#listeners.clear()
    if (this.#reusable && this.#pending.size === 0) {
      const closed = await this.#request({ kind: 'close' }).then(
        () => true,
        () => false,
      )
      // An idle child keeps nobody from ending.
      this.#process.unref()
      this.#process.channel?.unref()
      if (closed && this.#reusable) return true
    }
    await this.kill()
    return false
  }

  /** Makes a call of the child's store. */
  async call<Name extends StoreCall>(
    name: Name,
    ...args: Parameters<IWorkflowStore[Name]>
  ): Promise<Awaited<ReturnType<IWorkflowStore[Name]>>> {
    return (await this.#request({ kind: 'call', name, args })) as Awaited<ReturnType<IWorkflowStore[Name]>>
  }

  /** Runs one of the child's scripts. */
  async run<Name extends keyof ChildScripts>(
    name: Name,
    ...args: Rest<ChildScripts[Name]>
  ): Promise<Awaited<ReturnType<ChildScripts[Name]>>> {
    return (await this.#request({ kind: 'script', name, args })) as Awaited<ReturnType<ChildScripts[Name]>>
  }

  /** Hears what the child's scripts tell while they run. */
  onProgress(listener: (value: unknown) => void): void {
    this.#listeners.add(listener)
  }

  /** Stops the process in its tracks; it goes on with `wake`. */
  stop(): void {
    this.#reusable = false
    this.#process.kill('SIGSTOP')
  }

  /** Lets a stopped process go on. */
  wake(): void {
    this.#process.kill('SIGCONT')
  }

  /** Resolves when the process is gone, and all that it told has been heard. */
  ended(): Promise<void> {
    return this.#gone
  }

  /** Kills the process outright, stopped or not; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#reusable = false
    this.#process.kill('SIGKILL')
    await this.#gone
  }

  #request(request: Request): Promise<unknown> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#process.send({ ...request, id }, (error) => {
        if (error && this.#pending.delete(id)) reject(error)
      })
    })
  }

  #hear(reply: Reply): void {
    if (reply.kind === 'progress') {
      for (const listener of this.#listeners) listener(reply.value)
      return
    }
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if (reply.kind === 'done') pending?.resolve(reply.value)
    else pending?.reject(unpackError(reply.error))
  }
}

/** Two children, known to be two. */
export function pair([one, two]: StoreChild[]): [StoreChild, StoreChild] {
  if (!one || !two) throw new Error('fewer than two children were spawned')
  return [one, two]
}
