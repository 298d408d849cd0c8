import { randomUUID } from 'node:crypto'
import {
  type Append,
  type Appended,
  type Blob,
  type Claim,
  type ClaimAppend,
  type Claimed,
  ConflictError,
  claimState,
  contentDigest,
  copyJson,
  definitionAfter,
  guardAppend,
  guardClaimAppend,
  type JsonObject,
  LeaseLostError,
  mergeMembers,
  type NewRun,
  type NewSignal,
  NotFoundError,
  type Owner,
  type RunFields,
  type RunHead,
  type RunSummary,
  type StoredDefinition,
  type UnheldRun,
  viewClaim,
  type WorkflowEvent,
  type WorkflowRun,
  type WorkflowSignal,
} from '@ion/store'
import { MemoryAnnotations } from './memory-annotations.ts'
import { nextPlace, type PlacedEvent } from './memory-feed.ts'
import { MemoryLogs } from './memory-logs.ts'

interface Commit<Result extends Appended = Appended> {
  content: string
  result: Result
}

/** What a run is created from, its defaults filled in. */
export type CompleteNewRun = Required<NewRun>

/** What is made a run of again; it has been checked and copied. */
export interface ImportedRun {
  run: UnheldRun
  events: WorkflowEvent[]
  signals: WorkflowSignal[]
  blobs: Blob[]
}

/**
 * One run with all that belongs to it. Every method is one synchronous step, and thereby atomic. What goes in is
 * copied before it is kept; what comes out is a copy, except for the bytes of blobs, which `readBlob` copies.
 */
export class MemoryRun {
  readonly annotations: MemoryAnnotations
  readonly logs: MemoryLogs
  /** Called at every change of log or record. */
  readonly hints = new Set<() => void>()
  readonly #created: CompleteNewRun
  readonly #createdAt: string
  readonly #events: WorkflowEvent[] = []
  /** The places of the events in the feed. */
  readonly #places: number[] = []
  readonly #signals: WorkflowSignal[] = []
  readonly #blobs = new Map<string, Uint8Array>()
  readonly #appends = new Map<string, Commit>()
  readonly #grants = new Map<string, Commit<Claimed>>()
  #definition: StoredDefinition
  #metadata: JsonObject
  #priority: number
  #claims = 0
  #head: RunHead

  constructor(created: CompleteNewRun, now: string) {
    this.#created = copyJson(created)
    this.#createdAt = now
    this.annotations = new MemoryAnnotations(created.id)
    this.logs = new MemoryLogs(created.id)
    this.#definition = this.#created.definition
    this.#metadata = this.#created.metadata
    this.#priority = this.#created.priority
    this.#head = {
      status: 'pending',
      lastSequence: 0,
      lastSignal: 0,
      claim: null,
      error: null,
      wakeAt: this.#created.wakeAt,
      startedAt: null,
      finishedAt: null,
      updatedAt: now,
    }
  }

  /** A run as it was in another store. */
  static imported(created: CompleteNewRun, { run, events, signals, blobs }: ImportedRun): MemoryRun {
    const imported = new MemoryRun(created, run.createdAt)
    const { status, lastSequence, lastSignal, error, wakeAt, startedAt, finishedAt, updatedAt } = run
    const times = { startedAt, finishedAt, updatedAt }
    imported.#head = { status, lastSequence, lastSignal, claim: null, error, wakeAt, ...times }
    imported.#events.push(...events)
    imported.#places.push(...events.map(nextPlace))
    imported.#signals.push(...signals)
    for (const { ref, bytes } of blobs) imported.#blobs.set(ref, Uint8Array.from(bytes))
    return imported
  }

  /** Whether another creation, its id aside, says the same as the one this run came from. */
  wasCreatedFrom(other: CompleteNewRun): boolean {
    return contentDigest({ ...this.#created, id: '' }) === contentDigest({ ...other, id: '' })
  }

  isHeld(now: string): boolean {
    return this.#head.claim !== null && claimState(this.#head.claim, now) === 'live'
  }

  summary(now: string): RunSummary {
    const { id, workflowName, userMessage, idempotencyKey } = this.#created
    const { claim, ...head } = this.#head
    return copyJson({
      ...{ id, workflowName, userMessage, idempotencyKey },
      ...head,
      priority: this.#priority,
      createdAt: this.#createdAt,
      claim: viewClaim(claim, now),
    })
  }

  hint(): void {
    for (const hint of this.hints) hint()
  }

  record(now: string): WorkflowRun {
    const { inputs } = this.#created
    const rest = copyJson({ definition: this.#definition, inputs, metadata: this.#metadata })
    return { ...this.summary(now), ...rest }
  }

  update({ metadata, priority, wakeAt }: RunFields, now: string): void {
    if (metadata !== undefined) this.#metadata = mergeMembers(this.#metadata, copyJson(metadata))
    if (priority !== undefined) this.#priority = priority
    this.#head = { ...this.#head, updatedAt: now, ...(wakeAt === undefined ? {} : { wakeAt }) }
  }

  append(append: Append, now: string): Appended {
    const content = appendContent(append)
    const earlier = this.#earlier(this.#appends, this.#grants, append.commitId, content)
    if (earlier) return { ...earlier }
    // Who names the claim is not asked who else is alive.
    const held = append.claim === undefined && this.isHeld(now)
    const head = guardAppend(this.#head, append, now, held ? 'live' : 'expired')
    const result = this.#land(append, head, now)
    this.#appends.set(append.commitId, { content, result })
    return { ...result }
  }

  claim(owner: Owner, ttlMs: number, append: ClaimAppend, now: string): Claimed | null {
    const content = contentDigest([owner, ttlMs, appendContent(append)])
    const earlier = this.#earlier(this.#grants, this.#appends, append.commitId, content)
    if (earlier) return this.#grantAgain(earlier, now)
    if (this.isHeld(now)) return null
    const head = guardClaimAppend(this.#head, append, now)
    const claim = { token: randomUUID(), number: ++this.#claims, expiresAt: later(now, ttlMs) }
    const result = { ...this.#land(append, head, now), claim }
    this.#head = { ...this.#head, claim: { ...claim, owner: copyJson(owner) } }
    this.#grants.set(append.commitId, { content, result })
    return copyJson(result)
  }

  renew({ token }: Claim, ttlMs: number, now: string): Claim {
    const { claim } = this.#head
    if (claim?.token !== token) throw new LeaseLostError('the claim is not the current one')
    if (claim.expiresAt <= now) throw new LeaseLostError(`the claim expired at ${claim.expiresAt}`)
    const expiresAt = later(now, ttlMs)
    this.#head = { ...this.#head, claim: { ...claim, expiresAt } }
    return { token, number: claim.number, expiresAt }
  }

  send(signal: NewSignal, now: string): WorkflowSignal {
    const { id } = this.#created
    const first = this.#signals.find((sent) => sent.id === signal.id)
    if (first) {
      const { runId: _, sequence: __, sentAt: ___, atEvent: ____, ...content } = first
      if (contentDigest(content) === contentDigest(signal)) return copyJson(first)
      throw new ConflictError(`signal ${signal.id} was sent with other content`)
    }
    const sequence = this.#head.lastSignal + 1
    const sent = copyJson({ ...signal, runId: id, sequence, sentAt: now, atEvent: this.#head.lastSequence })
    this.#signals.push(sent)
    this.#head = { ...this.#head, lastSignal: sequence }
    return copyJson(sent)
  }

  events(after: number, limit: number): WorkflowEvent[] {
    return copyJson(this.#events.slice(after, after + limit))
  }

  eventsAfter(place: number): PlacedEvent[] {
    const placed: PlacedEvent[] = []
    this.#events.forEach((event, index) => {
      const at = this.#places[index] ?? 0
      if (at > place) placed.push({ place: at, event: copyJson(event) })
    })
    return placed
  }

  signals(after: number, limit: number): WorkflowSignal[] {
    return copyJson(this.#signals.slice(after, after + limit))
  }

  blob(ref: string): Uint8Array {
    const bytes = this.#blobs.get(ref)
    if (!bytes) throw new NotFoundError(`run ${this.#created.id} has no blob ${JSON.stringify(ref)}`)
    return bytes
  }

  /** The first result of a commit that comes again. */
  #earlier<Result extends Appended>(
    same: ReadonlyMap<string, Commit<Result>>,
    other: ReadonlyMap<string, Commit>,
    commitId: string,
    content: string,
  ): Result | undefined {
    const commit = same.get(commitId)
    if (commit?.content === content) return commit.result
    if (commit || other.has(commitId)) {
      throw new ConflictError(`commit ${commitId} was made with other content`, { commitId })
    }
    return undefined
  }

  #grantAgain(grant: Claimed, now: string): Claimed | null {
    const { claim } = this.#head
    if (claim?.token === grant.claim.token && claim.expiresAt > now) {
      return copyJson({ ...grant, claim: { ...grant.claim, expiresAt: claim.expiresAt } })
    }
    if (this.isHeld(now)) return null
    throw new LeaseLostError('the claim that this commit was granted has ended')
  }

  #land({ commitId, events, blobs, ...append }: Append | ClaimAppend, head: RunHead, now: string): Appended {
    const { lastSequence } = this.#head
    events.forEach((event, index) => {
      const place = { runId: this.#created.id, sequence: lastSequence + index + 1, timestamp: now, commitId }
      this.#events.push(copyJson({ ...event, ...place }))
      this.#places.push(nextPlace())
    })
    for (const { ref, bytes } of blobs ?? []) this.#blobs.set(ref, Uint8Array.from(bytes))
    const definition = definitionAfter(this.#definition, { commitId, events, ...append })
    if (definition !== this.#definition) this.#definition = copyJson(definition)
    this.#head = copyJson(head)
    return { lastSequence: head.lastSequence, lastSignal: head.lastSignal, timestamp: now }
  }
}

/** The claim is no part of it: a renewed one, or the next one, may repeat what the first began. */
function appendContent({ claim: _, blobs = [], ...append }: Append): string {
  return contentDigest([append, blobs.map(({ ref, bytes }) => [ref, Buffer.from(bytes).toString('base64')])])
}

/** Members of `null` are taken out, others put in; `__proto__` is a name like any other. */
function later(now: string, ttlMs: number): string {
  return new Date(Date.parse(now) + ttlMs).toISOString()
}
