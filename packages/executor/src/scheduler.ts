import { type LoopNode, type NodeDefinition, renderTemplate, type Scope } from '@ion/core'
import { isStoreError, type NewEvent, type NodeState, type WorkflowSignal } from '@ion/store'
import type { Outcome } from './attempt.ts'
import { Bodies } from './bodies.ts'
import { decideNode, hasSettled, undecidable } from './decide.ts'
import { conversationOf } from './conversation.ts'
import type { Cancellation } from './ending.ts'
import { createFrontier, type Frontier } from './frontier.ts'
import type { Journal } from './journal.ts'
import { advanceLoop, type LoopMove, openLoop, previousIteration } from './loop-progress.ts'
import type { StopReason } from './node-failure.ts'
import { createScope } from './node-scope.ts'
import type { NodeTexts } from './node-texts.ts'
import { type Answer, answerGate } from './nodes/approval.ts'
import { type OutcomeEvent, outcomeEvent } from './outcome-event.ts'
import type { Outputs } from './outputs.ts'
import type { RunSetting } from './run-setting.ts'
import { runUnit } from './run-unit.ts'
import type { StoreClock } from './store-clock.ts'
import { iterationUnit, nodeUnit, type Unit } from './unit.ts'

export interface SchedulerOptions {
  setting: RunSetting
  journal: Journal
  clock: StoreClock
  texts: NodeTexts
  outputs: Outputs
  /** Something has settled or was started. */
  onChange(): void
  /** A node wants the run to be cancelled. */
  onCancel(cancellation: Cancellation): void
  /** The run can't be gone on with here. */
  onLost(error: unknown): void
}

/**
 * Runs what can run: starts each node the moment what it depends on has settled. What it decides it records at once, so that
 * an outcome and the starts that follow from it go to the store together.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #journal: Journal
  readonly #bodies = new Bodies()
  readonly #frontier: Frontier
  /** Nodes whose dependencies have settled, to be decided on. */
  readonly #ready: string[] = []
  /** Units that start as soon as there is room. */
  readonly #startable: Unit[] = []
  readonly #retries = new Map<string, NodeJS.Timeout>()
  /** How many nodes wait for a large output to be read before they are decided on. */
  #loading = 0
  #stopped = false

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#journal = options.journal
    const { graph } = options.setting
    const settled = [...graph.nodes.keys()].filter((id) => hasSettled(this.#journal.node(id)))
    this.#frontier = createFrontier(graph, new Set(settled))
  }

  /** Whether something runs, waits for its retry, or is about to start. */
  get isBusy(): boolean {
    return (
      this.#bodies.count + this.#retries.size + this.#loading + this.#startable.length + this.#ready.length >
      0
    )
  }

  /** Takes up the run as its log has it, and starts what can start. */
  begin(): void {
    const { setting, clock } = this.#options
    for (const node of setting.workflow.nodes) {
      const state = this.#journal.node(node.id)
      if (node.type === 'loop') {
        if (state?.status === 'running') this.#moveLoop(node, openLoop(node, this.#journal, clock))
      } else if (state?.status === 'retrying') this.#enqueue(nodeUnit(node))
    }
    for (const id of this.#frontier.ready) {
      const state = this.#journal.node(id)
      if (state === undefined || state.status === 'pending') this.#ready.push(id)
    }
    this.#pump()
  }

  /** An answer counts for the opening it names; once that has ended it is void. */
  answer(signal: WorkflowSignal, answer: Answer): void {
    const { gate } = signal
    const node = gate && this.#options.setting.graph.nodes.get(gate.nodeId)
    const state = gate && this.#journal.node(gate.nodeId)
    if (node?.type !== 'approval' || state?.status !== 'waiting') return
    if (state.startedSequence !== gate?.opened) return
    this.#settle(answerGate(node, { signal, answer, durationMs: this.#options.clock.since(state.startedAt) }))
    if (answer.decision === 'reject' && !node.allowFailure) {
      this.#options.onCancel({ reason: `${node.id} was rejected${answer.text ? `: ${answer.text}` : ''}` })
    }
    this.#pump()
  }

  /** Tells every body to end, and starts nothing more. */
  stop(reason: StopReason, why: string): void {
    this.#stopped = true
    this.#bodies.stop(reason, why)
  }

  /** Resolves when every body has ended and its processes are gone. No retry is waited for. */
  async halt(): Promise<void> {
    for (const timer of this.#retries.values()) clearTimeout(timer)
    this.#retries.clear()
    await this.#bodies.gone()
  }

  /** Decides on what is ready and starts what there is room for. */
  #pump(): void {
    if (this.#stopped) return
    for (let id = this.#ready.shift(); id !== undefined; id = this.#ready.shift()) this.#decide(id)
    while (this.#bodies.count < this.#options.setting.maxParallel) {
      const unit = this.#startable.shift()
      if (!unit) return
      this.#start(unit)
    }
  }

  #decide(id: string): void {
    const node = this.#options.setting.graph.nodes.get(id)
    if (!node) return
    const texts =
      node.when || node.type === 'approval' ? this.#options.texts.peek(id) : new Map<string, string>()
    if (!texts) {
      this.#loadThenDecide(id)
      return
    }
    try {
      const scope = this.#scope(id, texts)
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
    this.#options.texts
      .load(id)
      .then(
        () => this.#ready.push(id),
        (error: unknown) => this.#options.onLost(error),
      )
      .finally(() => {
        this.#loading -= 1
        this.#pump()
        this.#options.onChange()
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
      this.#moveLoop(node, openLoop(node, this.#journal, this.#options.clock))
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
    const wait = Number.isNaN(dueAt) ? 0 : dueAt - this.#options.clock.now()
    if (wait > 0) this.#enqueueIn(unit, wait)
    else this.#startable.push(unit)
  }

  #enqueueIn(unit: Unit, ms: number): void {
    const timer = setTimeout(() => {
      this.#retries.delete(unit.path)
      this.#startable.push(unit)
      this.#pump()
      this.#options.onChange()
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
        const texts = this.#options.texts.peek(node.id) ?? (await this.#options.texts.load(node.id))
        const previous = await previousIteration(unit, this.#journal, this.#options.outputs)
        const scope = this.#scope(node.id, texts, previous?.output)
        const generation = before?.generation ?? 0
        return await runUnit({
          setting: this.#options.setting,
          unit,
          attempt,
          generation,
          scope,
          previous,
          session: conversationOf(node, {
            nodes: this.#options.setting.graph.nodes,
            state: (id) => this.#journal.node(id),
          }),
          signal,
          alive,
        })
      },
      onOutcome: (outcome) => this.#takeOutcome(unit, attempt, outcome),
    })
  }

  #scope(reader: string, texts: ReadonlyMap<string, string>, previousOutput = ''): Scope {
    const state = (id: string): NodeState | undefined => this.#journal.node(id)
    return createScope({ setting: this.#options.setting, reader, state, texts, previousOutput })
  }

  #takeOutcome(unit: Unit, attempt: number, outcome: Outcome): void {
    try {
      if (outcome.kind !== 'stopped') {
        const { retryInMs } = this.#recordOutcome(unit, attempt, outcome)
        if (retryInMs === null) this.#settleUnit(unit)
        else this.#enqueueIn(unit, retryInMs)
        if (outcome.kind === 'completed' && outcome.result.cancelRun !== undefined) {
          this.#options.onCancel({ reason: outcome.result.cancelRun })
        }
      }
      this.#pump()
    } catch (error) {
      this.#options.onLost(error)
    }
    this.#options.onChange()
  }

  /** An outcome that the store can't take is a failure of the node, not of its neighbours. */
  #recordOutcome(unit: Unit, attempt: number, outcome: Exclude<Outcome, { kind: 'stopped' }>): OutcomeEvent {
    const ended = outcomeEvent(unit, attempt, outcome, this.#options.clock)
    try {
      this.#journal.record([ended.event], ended.blobs)
      return ended
    } catch (error) {
      if (!isStoreError(error, 'too_large', 'invalid_record')) throw error
      const { durationMs } = outcome
      const refused = { code: `outcome_${error.code}`, message: error.message }
      const failed: Outcome = { kind: 'failed', error: refused, transient: false, durationMs }
      const instead = outcomeEvent(unit, attempt, failed, this.#options.clock)
      this.#journal.record([instead.event])
      return instead
    }
  }

  /** A unit has settled: its loop moves on, or those that wait for the node may be ready. */
  #settleUnit({ node, iteration }: Unit): void {
    if (iteration === null) this.#ready.push(...this.#frontier.settle(node.id))
    else
      this.#moveLoop(node, advanceLoop(node, this.#journal, { clock: this.#options.clock, from: iteration }))
  }

  /** Records how a node settled without a body, and makes ready what waited for it. */
  #settle(event: Exclude<NewEvent, { nodeId?: undefined }>): void {
    this.#journal.record([event])
    this.#ready.push(...this.#frontier.settle(event.nodeId))
  }
}
