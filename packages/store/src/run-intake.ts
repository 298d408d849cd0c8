import { checkAppendShape, guardAppend, type RunHead } from './append-rules.ts'
import type { BlobRef } from './blob-ref.ts'
import { checkRecord } from './check-record.ts'
import { creationDigest } from './content-digest.ts'
import type { Blob, StoreAbilities } from './contract.ts'
import { InvalidRecordError, isStoreError } from './errors.ts'
import type { NewEvent, WorkflowEvent } from './event.ts'
import { canonicalJson, copyJson, type Json } from './json.ts'
import type { NewRun } from './run.ts'
import { RunDigest, sha256Of } from './run-digest.ts'
import { creationOfImport, givenRecord, noteBlob, type RunSnapshot, type UnheldRun } from './run-snapshot.ts'
import { newSignalSchema, type WorkflowSignal } from './signal.ts'

/** The events of one append, as they are in a log. */
export interface ImportedCommit {
  commitId: string
  timestamp: string
  /** The last sequence before it. */
  after: number
  /** How many signals there were when it landed. */
  signals: number
  events: WorkflowEvent[]
}

const time = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/**
 * Reads a snapshot for a store that imports it, and checks all of it: every record's shape, that the log has no gap and keeps the rules
 * of appends, that the record agrees with the log, and that each blob is the one its event names. Read in this order: `signals`,
 * `commits`, `blobs`, `finish`.
 *
 * Everything throws an {InvalidRecordError} that says what is wrong; an event over the store's limit is a {TooLargeError}.
 */
export class RunIntake {
  readonly run: UnheldRun
  /** What the run counts as created from. */
  readonly created: Required<NewRun>
  readonly #snapshot: RunSnapshot
  readonly #abilities: StoreAbilities
  readonly #digest: RunDigest
  readonly #refs = new Map<string, BlobRef>()
  #signals: WorkflowSignal[] = []
  /** How many of them were sent by the place that the log was read to. */
  #sent = 0
  #head: RunHead

  constructor(snapshot: RunSnapshot, abilities: StoreAbilities) {
    this.run = givenRecord(snapshot.run)
    this.created = creationOfImport(this.run)
    this.#snapshot = snapshot
    this.#abilities = abilities
    this.#digest = new RunDigest(this.run)
    this.#head = {
      ...{ status: 'pending', lastSequence: 0, lastSignal: 0, claim: null, error: null, wakeAt: null },
      ...{ startedAt: null, finishedAt: null, updatedAt: this.run.createdAt },
    }
  }

  /** `creationDigest` of what the run counts as created from. */
  get creation(): string {
    return creationDigest(this.created)
  }

  /** All signals, checked and copied. */
  async signals(): Promise<WorkflowSignal[]> {
    const ids = new Set<string>()
    for await (const given of this.#snapshot.signals) {
      if (!isObject(given)) throw this.#fault('one of its signals is none')
      const signal = copyJson(given)
      const { runId, sequence, sentAt, atEvent, ...content } = signal
      checkRecord(newSignalSchema, content, 'signal')
      const before = this.#signals.at(-1)
      const inOrder = sequence === this.#signals.length + 1 && atEvent >= (before?.atEvent ?? 0)
      if (!inOrder || !Number.isInteger(atEvent)) throw this.#fault(`its signal ${sequence} is out of place`)
      if (runId !== this.run.id) throw this.#fault(`its signal ${sequence} is that of run ${runId}`)
      if (!time.test(sentAt) || ids.has(signal.id)) throw this.#fault(`its signal ${sequence} can't be right`)
      ids.add(signal.id)
      this.#digest.addSignal(signal)
      this.#signals.push(signal)
    }
    return this.#signals
  }

  /** The log, append by append, checked and copied. */
  async *commits(): AsyncGenerator<ImportedCommit> {
    let open: WorkflowEvent[] = []
    let sequence = 0
    const ids = new Set<string>()
    for await (const given of this.#snapshot.events) {
      if (!isObject(given)) throw this.#fault('one of its events is none')
      const event = copyJson(given)
      sequence += 1
      this.#checkPlace(event, sequence)
      const [first] = open
      if (first && first.commitId !== event.commitId) {
        yield this.#commit(open, ids)
        open = []
      } else if (first && first.timestamp !== event.timestamp) {
        throw this.#fault(`its event ${sequence} has another time than the rest of its commit`)
      }
      open.push(event)
      noteBlob(this.#refs, event)
      this.#digest.addEvent(event)
    }
    if (open.length > 0) yield this.#commit(open, ids)
  }

  /** The blobs, one at a time, checked. Their bytes are the snapshot's own. */
  async *blobs(): AsyncGenerator<Blob & { sha256: string }> {
    const missing = new Map(this.#refs)
    for await (const { ref, bytes } of this.#snapshot.blobs) {
      const named = missing.get(ref)
      if (!named) throw this.#fault(`it has a blob ${JSON.stringify(ref)} that no event names`)
      const sha256 = sha256Of(bytes)
      if (sha256 !== named.sha256 || bytes.length !== named.bytes) {
        throw this.#fault(`its blob ${JSON.stringify(ref)} is not the one that its event names`)
      }
      missing.delete(ref)
      this.#digest.addBlob(ref, sha256)
      yield { ref, bytes, sha256 }
    }
    for (const ref of missing.keys()) throw this.#fault(`its blob ${JSON.stringify(ref)} is missing`)
  }

  /** Holds the record against the log, and gives the digest of it all (`digestRun`). */
  finish(): string {
    const head = this.#head
    const lastSignal = this.#signals.length
    if ((this.#signals.at(-1)?.atEvent ?? 0) > head.lastSequence) {
      throw this.#fault('a signal was sent at an event that is not there')
    }
    const { status, lastSequence, startedAt, finishedAt, error } = this.run
    const implied = status === 'paused' && head.status === 'running' ? status : head.status
    const said = { status, lastSequence, lastSignal: this.run.lastSignal, startedAt, finishedAt, error }
    const known = { ...head, status: implied, lastSignal }
    for (const [name, value] of Object.entries(said)) {
      const logged: unknown = Reflect.get(known, name)
      if (textOf(value) !== textOf(logged)) {
        throw this.#fault(`it says ${name} ${textOf(value)}, but its log comes to ${textOf(logged)}`)
      }
    }
    return this.#digest.digest()
  }

  #checkPlace({ runId, sequence, timestamp }: WorkflowEvent, expected: number): void {
    if (runId !== this.run.id) throw this.#fault(`its event ${sequence} is that of run ${runId}`)
    if (sequence !== expected)
      throw this.#fault(`event ${expected} is missing: there is ${sequence} in its place`)
    if (!time.test(timestamp)) throw this.#fault(`its event ${sequence} has the time ${textOf(timestamp)}`)
  }

  /** Checks an append by the rules that it was made by, and moves the head. */
  #commit(events: WorkflowEvent[], ids: Set<string>): ImportedCommit {
    const { commitId, timestamp } = events[0] ?? { commitId: '', timestamp: '' }
    if (ids.has(commitId)) throw this.#fault(`commit ${commitId} is in two places of its log`)
    ids.add(commitId)
    const after = this.#head.lastSequence
    while ((this.#signals[this.#sent]?.atEvent ?? Infinity) <= after) this.#sent += 1
    const signals = this.#sent
    const append = {
      commitId,
      expectedSequence: after,
      expectedSignal: signals,
      events: events.map(contentOf),
    }
    checkAppendShape(append, this.#abilities)
    try {
      this.#head = guardAppend({ ...this.#head, lastSignal: signals }, append, timestamp, 'expired')
    } catch (error) {
      throw isStoreError(error) ? this.#fault(`its event ${after + 1}: ${error.message}`) : error
    }
    return { commitId, timestamp, after, signals, events }
  }

  #fault(what: string): InvalidRecordError {
    return new InvalidRecordError(`run ${this.run.id} can't be imported: ${what}`, { id: this.run.id })
  }
}

function contentOf({
  runId: _,
  sequence: __,
  timestamp: ___,
  commitId: ____,
  ...event
}: WorkflowEvent): NewEvent {
  return event
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function textOf(value: unknown): string {
  const json: Json = JSON.parse(JSON.stringify(value ?? null))
  return canonicalJson(json)
}
