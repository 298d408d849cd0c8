import { setImmediate as otherWork } from 'node:timers/promises'
import { compareRuns, type RunKey } from '@ion/store'
import { decodeCatalog, encodeCatalog, type LogFacts, type ReadRun } from './catalog-file.ts'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'
import type { LogState } from './log-fold.ts'
import { RunNames } from './run-names.ts'
import { lookAtLog } from './state-for-list.ts'
import { Turns } from './turns.ts'
import { createTemporary } from './write-files.ts'

/** What lists need of a run's state. */
export type ListedState = Pick<
  LogState,
  'id' | 'workflowName' | 'userMessage' | 'idempotencyKey' | 'createdAt' | 'creation' | 'priority' | 'head'
>

/** What a catalog works with. */
export interface Cataloguing {
  layout: Layout
  files: FileSystem
  /** Reads the state of a run, of which nothing is known; `null` where there is no run. */
  readState: (id: string) => Promise<{ state: ListedState; sound: boolean } | null>
}

/** Which look at the runs is wanted. */
export interface CatalogLook {
  /** Whether the log of every run is looked at, and not only the names of runs. */
  whole: boolean
  signal?: AbortSignal | undefined
}

/** A log that was written to this lately is read again: the time of a file is too coarse to tell it from the next one in its place. */
const settledAfterMs = 2_000
const longestText = 16 * 1024
/** How long the places of runs are relied on, of which only the names are looked at again. */
const wholeLookLastsMs = 60_000
const lookedAtInARow = 64
const readAtOnce = 32
const fewestUnsaved = 32

type Entry = RunKey & { read: Pick<ReadRun, 'facts' | 'text'> | null }

/**
 * What was read of runs, so that a list need not read again what hasn't changed. A log only grows, so its file says whether it is as it
 * was: every state that is given out is held against that first. It is kept in a file too, for the processes that come next, each of
 * which may write it. Without the file, or with an old one, only time is lost.
 */
export class RunCatalog {
  readonly #layout: Layout
  readonly #files: FileSystem
  readonly #readState: Cataloguing['readState']
  readonly #names: RunNames
  readonly #turns = new Turns()
  /** The names that were there when it was last looked. */
  #ids: readonly string[] = []
  readonly #entries = new Map<string, Entry>()
  #inOrder: readonly RunKey[] | null = null
  #lookedAt = Number.NEGATIVE_INFINITY
  #loading: Promise<void> | null = null
  #saving: Promise<void> = Promise.resolve()
  /** How many runs the file has not, or has otherwise. */
  #unsaved = 0

  constructor({ layout, files, readState }: Cataloguing) {
    this.#layout = layout
    this.#files = files
    this.#readState = readState
    this.#names = new RunNames({ layout, files })
  }

  /** Every run that is there, in the order of lists. */
  async runs({ whole, signal }: CatalogLook): Promise<readonly RunKey[]> {
    this.#loading ??= this.#load()
    await this.#loading
    // In turn: what an earlier look has not seen must not be taken for gone after a later one has.
    const ids = await this.#turns.run(() => this.#readNames())
    const isWhole = whole || performance.now() - this.#lookedAt > wholeLookLastsMs
    const beginning = performance.now()
    await this.#readAll(await this.#unknown(ids, isWhole, signal), signal)
    if (isWhole) this.#lookedAt = beginning
    if (this.#unsaved >= fewestUnsaved + this.#entries.size / 16) this.#saving = this.#save()
    this.#inOrder ??= [...this.#entries.values()].sort(compareRuns)
    return this.#inOrder
  }

  /** The state of a run as it is now; `null` where there is no run. */
  async state(id: string): Promise<ListedState | null> {
    const facts = this.#look(id)
    const entry = this.#entries.get(id)
    if (facts && entry?.read && isSame(entry.read.facts, facts)) return stateOf(entry.read.text)
    return await this.#read(id, facts)
  }

  /** Whether a run's log is as it was when a list read it, and found nothing wrong. */
  knows(id: string): boolean {
    const read = this.#entries.get(id)?.read
    const facts = read && this.#look(id)
    return facts ? isSame(read.facts, facts) : false
  }

  /** Waits until what is known is in the file. */
  async settle(): Promise<void> {
    await this.#saving
  }

  /** The names of runs, and nothing is known of others any more. */
  async #readNames(): Promise<readonly string[]> {
    const ids = await this.#names.ids()
    if (ids !== this.#ids) {
      const there = new Set(ids)
      for (const id of this.#entries.keys()) if (!there.has(id)) this.#drop(id)
    }
    this.#ids = ids
    return ids
  }

  /** The runs that have to be read. Files are looked at in place, which is quick, and now and then others get their turn. */
  async #unknown(ids: readonly string[], whole: boolean, signal?: AbortSignal): Promise<string[]> {
    const unknown: string[] = []
    for (const [index, id] of ids.entries()) {
      const entry = this.#entries.get(id)
      if (!entry) unknown.push(id)
      else if (whole) {
        const facts = this.#look(id)
        if (!facts || !entry.read || !isSame(entry.read.facts, facts)) unknown.push(id)
        if (index % lookedAtInARow === 0) await otherWork()
      }
      signal?.throwIfAborted()
    }
    return unknown
  }

  async #readAll(ids: readonly string[], signal?: AbortSignal): Promise<void> {
    const waiting = ids.values()
    const readNext = async () => {
      for (const id of waiting) {
        signal?.throwIfAborted()
        await this.#read(id, this.#look(id))
      }
    }
    await Promise.all(Array.from({ length: readAtOnce }, readNext))
  }

  /** @param facts - How the log's file was before it is read: what is written meanwhile shows the next time. */
  async #read(id: string, facts: LogFacts | null): Promise<ListedState | null> {
    const found = facts && (await this.#readState(id))
    // Another run has the name by now: it is not to be taken for the one that was read.
    if (facts && this.#look(id)?.inode !== facts.inode) return await this.#read(id, this.#look(id))
    if (!facts || !found) {
      this.#drop(id)
      return null
    }
    const { state, sound } = found
    const { createdAt } = state
    const text = textOf(state)
    const isSettled = Date.now() - facts.modifiedMs > settledAfterMs
    const read = sound && isSettled && text.length <= longestText ? { facts, text } : null
    if (read) this.#unsaved += 1
    if (this.#entries.get(id)?.createdAt !== createdAt) this.#inOrder = null
    this.#entries.set(id, { id, createdAt, read })
    return state
  }

  #look(id: string): LogFacts | null {
    return lookAtLog(id, { layout: this.#layout, files: this.#files })
  }

  #drop(id: string): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    this.#entries.delete(id)
    this.#inOrder = null
    if (entry.read) this.#unsaved += 1
  }

  async #load(): Promise<void> {
    const bytes = await this.#files.readFile(this.#layout.catalog).catch(() => null)
    if (bytes === null) return
    for (const { id, createdAt, ...read } of decodeCatalog(bytes))
      this.#entries.set(id, { id, createdAt, read })
  }

  /** Nothing is lost with it: a full disk or a denied write is nobody's failure. */
  async #save(): Promise<void> {
    this.#unsaved = 0
    await this.#saving
    try {
      const bytes = encodeCatalog(readRuns(this.#entries.values()))
      const temporary = await createTemporary(this.#files, this.#layout, { bytes, durable: false })
      await this.#files.rename(temporary, this.#layout.catalog).catch(() => this.#files.remove(temporary))
    } catch {
      // The next one writes it.
    }
  }
}

function* readRuns(entries: Iterable<Entry>): Generator<ReadRun> {
  for (const { id, createdAt, read } of entries) if (read) yield { id, createdAt, ...read }
}

function isSame(before: LogFacts, now: LogFacts): boolean {
  return before.size === now.size && before.inode === now.inode && before.modifiedMs === now.modifiedMs
}

/** A claim's token is nobody's business but its holder's. */
function textOf(state: ListedState): string {
  const { id, workflowName, userMessage, idempotencyKey, createdAt, creation, priority, head } = state
  const claim = head.claim && { ...head.claim, token: '' }
  const facts = { id, workflowName, userMessage, idempotencyKey, createdAt, creation, priority }
  return JSON.stringify({ ...facts, head: { ...head, claim } })
}

function stateOf(text: string): ListedState {
  return JSON.parse(text)
}
