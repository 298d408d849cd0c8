import { type LoopNode, type NodeDefinition, renderTemplate, type Scope } from '@ion/core'
import { isStoreError, type NewEvent, type NodeState, type WorkflowSignal } from '@ion/store'
import type { Outcome } from './attempt.ts'
import { Bodies } from './bodies.ts'
import { decideNode, hasSettled, undecidable } from './decide.ts'
import { type Cancellation, cancelledEnding, type Ending, idleEnding, stoppedEnding } from './ending.ts'
import { createFrontier, type Frontier } from './frontier.ts'
import type { Journal } from './journal.ts'
import { advanceLoop, type LoopMove, openLoop, previousIteration } from './loop-progress.ts'
import { createScope } from './node-scope.ts'
import type { NodeTexts } from './node-texts.ts'
import { answerGate, readAnswer, readReason } from './nodes/approval.ts'
import { type OutcomeEvent, outcomeEvent } from './outcome-event.ts'
import type { Outputs } from './outputs.ts'
import type { RunResult } from './result.ts'
import type { RunSetting } from './run-setting.ts'
import { runUnit } from './run-unit.ts'
import type { SignalInbox } from './signal-inbox.ts'
import type { StoreClock } from './store-clock.ts'
import { iterationUnit, nodeUnit, type Unit } from './unit.ts'

export interface SchedulerOptions {
  setting: RunSetting
  journal: Journal
  inbox: SignalInbox
  clock: StoreClock
  texts: NodeTexts
  outputs: Outputs
}

/**
 * Runs what can run until nothing can: starts each node the moment what it depends on has settled, takes answers and
 * cancels from outside, and writes how its turn at the run ends. What it decides it records at once, so that an outcome and
 * the starts that follow from it go to the store together.
 */
export class Scheduler {
  readonly #setting: RunSetting
  readonly #journal: Journal
  readonly #inbox: SignalInbox
  readonly #clock: StoreClock
  readonly #texts: NodeTexts
  readonly #outputs: Outputs
  readonly #bodies = new Bodies()
  readonly #nodes: ReadonlyMap<string, NodeDefinition>
  readonly #frontier: Frontier
  /** Nodes whose dependencies have settled, to be decided on. */
  #ready: string[] = []
  /** Units that start as soon as there is room. */
  #startable: Unit[] = []
  readonly #retries = new Map<string, NodeJS.Timeout>()
  /** How many nodes wait for a large output to be read before they are decided on. */
  #loading = 0
  #cancelled: Cancellation | null = null
  #stopped = false
  #lost: { error: unknown } | null = null
  #wake: () => void = () => {}

  constructor({ setting, journal, inbox, clock, texts, outputs }: SchedulerOptions) {
    this.#setting = setting
    this.#journal = journal
    this.#inbox = inbox
    this.#clock = clock
    this.#texts = texts
    this.#outputs = outputs
    this.#nodes = new Map(setting.workflow.nodes.map((node) => [node.id, node]))
    const settled = setting.workflow.nodes
      .filter(({ id }) => hasSettled(journal.node(id)))
      .map(({ id }) => id)
    this.#frontier = createFrontier(setting.graph, new Set(settled))
  }

  /** Runs to the next end. Rejects when the run is lost, after every body is gone. */
  async run(): Promise<RunResult['status']> {
    await this.readSignals()
    this.#begin()
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      if (this.#isBusy()) await changed
      else {
        const status = await this.#end()
        if (status) return status
      }
    }
  }

  /** Ends all bodies and leaves the run as it is, to be resumed. */
  stop(why: string): void {
    this.#stopped = true
    this.#bodies.stop('stopped', why)
    this.#wake()
  }

  /** The run is not ours any more: ends all bodies and writes nothing. */
  lose(error: unknown): void {
    this.#lost ??= { error }
    this.#bodies.stop('lost', 'the run was lost')
    this.#wake()
  }

  /** Takes the signals that have come. */
  async readSignals(): Promise<void> {
    try {
      await this.#inbox.read((signal) => this.#takeSignal(signal))
    } catch (error) {
      // The next look will do; a store that stays away is noticed by the writes.
      if (!isStoreError(error, 'unavailable')) this.lose(error)
    }
    this.#pump()
    this.#wake()
  }

  #begin(): void {
    for (const node of this.#setting.workflow.nodes) {
      const state = this.#journal.node(node.id)
      if (node.type === 'loop') {
        if (state?.status === 'running') this.#moveLoop(node, openLoop(node, this.#journal, this.#clock))
      } else if (state?.status === 'retrying') this.#enqueue(nodeUnit(node))
    }
    for (const id of this.#frontier.ready) {
      const state = this.#journal.node(id)
      if (state === undefined || state.status === 'pending') this.#ready.push(id)
    }
    this.#pump()
  }

  #isOver(): boolean {
    return this.#lost !== null || this.#cancelled !== null || this.#stopped
  }

  #isBusy(): boolean {
    if (this.#isOver()) return false
    return (
      this.#bodies.count + this.#retries.size + this.#loading + this.#startable.length + this.#ready.length >
      0
    )
  }

  /** Decides on what is ready and starts what there is room for. */
  #pump(): void {
    if (this.#isOver()) return
    for (let id = this.#ready.shift(); id !== undefined; id = this.#ready.shift()) this.#decide(id)
    while (this.#bodies.count < this.#setting.maxParallel) {
      const unit = this.#startable.shift()
      if (!unit) return
      this.#start(unit)
    }
  }

  #decide(id: string): void {
    const node = this.#nodes.get(id)
    if (!node) return
    const texts = node.when || node.type === 'approval' ? this.#texts.peek(id) : new Map<string, string>()
    if (!texts) {
      this.#loadThenDecide(id)
      return
    }
    try {
      const scope = this.#scope(texts)
      const dependencies = [...new Set(node.dependsOn)].flatMap((name) => this.#journal.node(name) ?? [])
      const decision = decideNode(node, dependencies, scope)
      if (decision.kind === 'start') this.#open(node, scope)
      else this.#settle({ type: 'node_skipped', nodeId: id, payload: decision.payload })
    } catch (error) {
      this.#settle(undecidable(node, error))
    }
  }

  #loadThenDecide(id: string): void {
    this.#loading += 1
    this.#texts
      .load(id)
      .then(
        () => this.#ready.push(id),
        (error: unknown) => this.lose(error),
      )
      .finally(() => {
        this.#loading -= 1
        this.#pump()
        this.#wake()
      })
  }

  /** Starts a node that has no body of its own, or makes its body startable. */
  #open(node: NodeDefinition, scope: Scope): void {
    if (node.type === 'approval') {
      const gate = { message: renderTemplate(node.message, scope) }
      this.#journal.record([
        { type: 'node_started', nodeId: node.id, payload: { type: node.type, attempt: 1, gate } },
      ])
    } else if (node.type === 'loop') {
      this.#moveLoop(node, openLoop(node, this.#journal, this.#clock))
    } else {
      this.#enqueue(nodeUnit(node))
    }
  }

  #moveLoop(node: LoopNode, { event, iterate }: LoopMove): void {
    if (event?.type === 'node_started') this.#journal.record([event])
    else if (event) this.#settle(event)
    if (iterate !== null) this.#enqueue(iterationUnit(node, iterate))
  }

  /** Makes a unit startable: now, or when its retry is due. */
  #enqueue(unit: Unit): void {
    const state = this.#journal.node(unit.path)
    const dueAt = state?.status === 'retrying' ? Date.parse(state.payload.retryAt ?? '') : Number.NaN
    const wait = Number.isNaN(dueAt) ? 0 : dueAt - this.#clock.now()
    if (wait > 0) this.#enqueueIn(unit, wait)
    else this.#startable.push(unit)
  }

  #enqueueIn(unit: Unit, ms: number): void {
    const timer = setTimeout(() => {
      this.#retries.delete(unit.path)
      this.#startable.push(unit)
      this.#pump()
      this.#wake()
    }, ms)
    this.#retries.set(unit.path, timer)
  }

  #start(unit: Unit): void {
    const { path, node, iteration } = unit
    const before = this.#journal.node(path)
    const attempt = (before?.attempt ?? 0) + 1
    const payload = { type: node.type, attempt, ...(iteration === null ? {} : { iteration }) }
    const durable = this.#journal.record([{ type: 'node_started', nodeId: path, payload }])
    this.#bodies.start({
      unit,
      durable,
      run: async (signal, alive) => {
        const texts = this.#texts.peek(node.id) ?? (await this.#texts.load(node.id))
        const previous = await previousIteration(unit, this.#journal, this.#outputs)
        const scope = this.#scope(texts, previous?.output)
        const generation = before?.generation ?? 0
        return await runUnit({
          setting: this.#setting,
          unit,
          attempt,
          generation,
          scope,
          previous,
          signal,
          alive,
        })
      },
      onOutcome: (outcome) => this.#takeOutcome(unit, attempt, outcome),
    })
  }

  #scope(texts: ReadonlyMap<string, string>, previousOutput = ''): Scope {
    const state = (id: string): NodeState | undefined => this.#journal.node(id)
    return createScope({ setting: this.#setting, state, texts, previousOutput })
  }

  #takeOutcome(unit: Unit, attempt: number, outcome: Outcome): void {
    try {
      if (outcome.kind !== 'stopped' && !this.#lost) {
        const { retryInMs } = this.#recordOutcome(unit, attempt, outcome)
        if (retryInMs === null) this.#settleUnit(unit)
        else this.#enqueueIn(unit, retryInMs)
        if (outcome.kind === 'completed' && outcome.result.cancelRun !== undefined) {
          this.#cancel({ reason: outcome.result.cancelRun })
        }
      }
      this.#pump()
    } catch (error) {
      this.lose(error)
    }
    this.#wake()
  }

  /** An outcome that the store can't take is a failure of the node, not of its neighbours. */
  #recordOutcome(unit: Unit, attempt: number, outcome: Exclude<Outcome, { kind: 'stopped' }>): OutcomeEvent {
    const ended = outcomeEvent(unit, attempt, outcome, this.#clock)
    try {
      this.#journal.record([ended.event], ended.blobs)
      return ended
    } catch (error) {
      if (!isStoreError(error, 'too_large', 'invalid_record')) throw error
      const { durationMs } = outcome
      const refused = { code: `outcome_${error.code}`, message: error.message }
      const failed: Outcome = { kind: 'failed', error: refused, transient: false, durationMs }
      const instead = outcomeEvent(unit, attempt, failed, this.#clock)
      this.#journal.record([instead.event])
      return instead
    }
  }

  /** A unit has settled: its loop moves on, or those that wait for the node may be ready. */
  #settleUnit({ node, iteration }: Unit): void {
    if (iteration === null) this.#ready.push(...this.#frontier.settle(node.id))
    else this.#moveLoop(node, advanceLoop(node, this.#journal, { clock: this.#clock, from: iteration }))
  }

  /** Records how a node settled without a body, and makes ready what waited for it. */
  #settle(event: Exclude<NewEvent, { nodeId?: undefined }>): void {
    this.#journal.record([event])
    this.#ready.push(...this.#frontier.settle(event.nodeId))
  }

  #takeSignal(signal: WorkflowSignal): void {
    if (this.#journal.state.takenSignals.has(signal.sequence)) return
    if (signal.kind === 'cancel') this.#cancel({ reason: readReason(signal), signal: signal.sequence })
    else this.#answer(signal)
  }

  /** An answer counts for the opening it names; once that has ended it is void. */
  #answer(signal: WorkflowSignal): void {
    const { gate } = signal
    const node = gate && this.#nodes.get(gate.nodeId)
    const state = gate && this.#journal.node(gate.nodeId)
    const answer = readAnswer(signal)
    if (!answer || node?.type !== 'approval') return
    if (state?.status !== 'waiting' || state.startedSequence !== gate?.opened) return
    this.#settle(answerGate(node, { signal, answer, durationMs: this.#clock.since(state.startedAt) }))
    if (answer.decision === 'reject' && !node.allowFailure) {
      this.#cancel({ reason: `${node.id} was rejected${answer.text ? `: ${answer.text}` : ''}` })
    }
  }

  #cancel(cancellation: Cancellation): void {
    if (this.#cancelled) return
    this.#cancelled = cancellation
    this.#bodies.stop('cancelled', 'the run was cancelled')
    this.#wake()
  }

  /**
   * Ends this turn at the run, after everything that runs is gone. `null` when a signal came that was not seen before; it
   * has been taken then, and there is to be another look.
   */
  async #end(): Promise<RunResult['status'] | null> {
    for (const timer of this.#retries.values()) clearTimeout(timer)
    this.#retries.clear()
    await this.#bodies.gone()
    if (this.#lost) throw this.#lost.error
    const { append, status } = this.#ending()
    if (await this.#journal.finish(append, this.#inbox.seen)) return status
    await this.readSignals()
    return null
  }

  #ending(): Ending {
    const { state } = this.#journal
    if (this.#cancelled) return cancelledEnding(state, this.#cancelled)
    if (this.#stopped) return stoppedEnding(state, (path) => this.#nodes.get(path.split('/', 1)[0] ?? ''))
    return idleEnding(this.#setting.workflow, state)
  }
}
