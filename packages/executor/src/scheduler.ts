import { type ApprovalNode, type LoopNode, type NodeDefinition, renderTemplate } from '@ion/core'
import {
  isStoreError,
  type NewEvent,
  type NodeState,
  type RecordedUsage,
  type WorkflowSignal,
} from '@ion/store'
import { CallLog } from './agent/call-log.ts'
import { recordBareCalls, recordCalls } from './agent/record-calls.ts'
import { advanceApproval } from './approval-progress.ts'
import type { Outcome } from './attempt.ts'
import { Bodies } from './bodies.ts'
import { conversationOf } from './conversation.ts'
import { decideNode, hasSettled, undecidable } from './decide.ts'
import { type Cancellation, dueCancellation } from './ending.ts'
import { createFrontier, type Frontier } from './frontier.ts'
import type { Journal } from './journal.ts'
import { advanceLoop, startedLoop } from './loop-progress.ts'
import type { GateOpening, Move } from './move.ts'
import type { StopReason } from './node-failure.ts'
import { createScope } from './node-scope.ts'
import type { NodeTexts } from './node-texts.ts'
import { type Answer, answerGate, answerLoopGate, type GivenAnswer } from './nodes/approval.ts'
import { type OutcomeEvent, outcomeEvent, type SettledAttempt } from './outcome-event.ts'
import type { Outputs } from './outputs.ts'
import { inputsOf, loadInputs, peekInputs, type ReadInputs } from './part-inputs.ts'
import { rootOf } from './part-paths.ts'
import type { RunSetting } from './run-setting.ts'
import { runUnit } from './run-unit.ts'
import { planFacts } from './script/plan-scripts.ts'
import type { StoreClock } from './store-clock.ts'
import { nodeUnit, type Unit } from './unit.ts'

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

/** A body that was started. */
interface Body {
  unit: Unit
  attempt: number
  /** The calls of the agent in it. */
  calls: CallLog
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
  /** The calls of the agent in attempts that were told to end, by path. */
  readonly #cutShort = new Map<string, CallLog>()
  /** How many nodes wait for a large output to be read before they are decided on, or ask. */
  #loading = 0
  #begun = false
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
    this.#begun = true
    for (const node of this.#options.setting.workflow.nodes) {
      const state = this.#journal.node(node.id)
      if (!state) continue
      this.#heedCancellation(node)
      if (node.type === 'loop' || node.type === 'approval') {
        if (state.status === 'running' || state.status === 'retrying') this.#advance(node)
      } else if (state.status === 'retrying') this.#enqueue(nodeUnit(node))
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
    const node = gate && this.#options.setting.graph.nodes.get(rootOf(gate.nodeId))
    const state = gate && this.#journal.node(gate.nodeId)
    if (!node || state?.status !== 'waiting' || state.startedSequence !== gate?.opened) return
    this.#takeAnswer(node, state, { signal, answer, durationMs: this.#options.clock.since(state.startedAt) })
    this.#pump()
  }

  #takeAnswer(node: NodeDefinition, state: NodeState, given: GivenAnswer): void {
    if (node.type === 'approval') {
      const event = answerGate(node, state, given)
      if (event.type === 'node_completed' || !event.payload.willRetry) {
        this.#settle(event)
        return
      }
      this.#journal.record([event])
    } else if (node.type === 'loop') {
      this.#journal.record([answerLoopGate(state.path, given)])
    } else return
    // Before the beginning an answer is only recorded: the beginning takes up everything as it stands then.
    if (this.#begun) this.#advance(node)
  }

  /** Asks for the run's cancellation when that follows from how a node has settled. */
  #heedCancellation(node: NodeDefinition): void {
    const state = this.#journal.node(node.id)
    const due = state && dueCancellation(node, state)
    if (!due) return
    const { outputs, onCancel, onLost } = this.#options
    const reason = outputs.peek(due.reason)
    if (reason !== undefined) {
      onCancel({ reason })
      return
    }
    this.stop('cancelled', 'the run was cancelled')
    this.#whileLoading(outputs.load(due.reason).then((text) => onCancel({ reason: text }), onLost))
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

  /** The calls of the agent in the attempt of a path that was told to end. */
  callsCutShort(path: string): RecordedUsage[] {
    const calls = this.#cutShort.get(path)?.calls ?? []
    return recordBareCalls(calls, this.#recording, 'stopped')
  }

  get #recording() {
    const { masker, options } = this.#options.setting
    return { masker, recordTexts: options.recordTexts ?? false }
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
    const texts = node.when ? this.#options.texts.peek(id) : new Map<string, string>()
    if (texts) this.#decideWith(node, texts)
    else this.#load(this.#options.texts.load(id), (loaded) => this.#decideWith(node, loaded))
  }

  #decideWith(node: NodeDefinition, texts: ReadonlyMap<string, string>): void {
    try {
      const scope = this.#scope(node.id, texts)
      const dependencies = [...new Set(node.dependsOn)].flatMap((name) => this.#journal.node(name) ?? [])
      const decision = decideNode(node, dependencies, scope)
      if (decision.kind === 'start') this.#open(node)
      else this.#settle({ type: 'node_skipped', nodeId: node.id, payload: decision.payload })
    } catch (error) {
      this.#settle(undecidable(node, error))
    }
  }

  /** Goes on with what was read, unless everything was stopped meanwhile. */
  #load<Value>(loading: Promise<Value>, goOn: (value: Value) => void): void {
    const { onLost } = this.#options
    this.#whileLoading(
      loading
        .then((value) => {
          if (!this.#stopped) goOn(value)
        })
        .catch((error: unknown) => onLost(error)),
    )
  }

  /** Keeps the run from ending until something is read. */
  #whileLoading(loading: Promise<void>): void {
    this.#loading += 1
    void loading.finally(() => {
      this.#loading -= 1
      this.#pump()
      this.#options.onChange()
    })
  }

  /** Starts a node that has no body of its own, or makes its body startable. */
  #open(node: NodeDefinition): void {
    if (node.type !== 'approval' && node.type !== 'loop') {
      this.#enqueue(nodeUnit(node))
      return
    }
    if (node.type === 'loop') this.#journal.record([startedLoop(node, this.#journal)])
    this.#advance(node)
  }

  /**
   * Does what follows in a node with inner parts.
   *
   * @param from - Of a loop: the iteration that has just settled.
   */
  #advance(node: LoopNode | ApprovalNode, from?: number): void {
    const { clock } = this.#options
    const options = { clock, ...(from === undefined ? {} : { from }) }
    const move =
      node.type === 'loop' ? advanceLoop(node, this.#journal, options) : advanceApproval(node, this.#journal)
    this.#make(node, move)
  }

  #make(node: NodeDefinition, move: Move): void {
    switch (move.kind) {
      case 'run':
        this.#enqueue(move.unit)
        return
      case 'ask':
        this.#ask(node, move.gate)
        return
      case 'settle':
        this.#settle(move.event)
        return
      case 'wait':
    }
  }

  /** Opens a gate: at once, or when what its message refers to has been read. */
  #ask(node: NodeDefinition, gate: GateOpening): void {
    const { texts, outputs } = this.#options
    const known = { texts: texts.peek(node.id), inputs: peekInputs(gate.inputs, this.#journal, outputs) }
    if (known.texts && known.inputs) {
      this.#openGate(node, gate, { texts: known.texts, inputs: known.inputs })
      return
    }
    const load = async () => ({
      texts: await texts.load(node.id),
      inputs: await loadInputs(gate.inputs, this.#journal, outputs),
    })
    this.#load(load(), (read) => this.#openGate(node, gate, read))
  }

  #openGate(
    node: NodeDefinition,
    { path: nodeId, message: template, facts, done }: GateOpening,
    { texts, inputs }: { texts: ReadonlyMap<string, string>; inputs: ReadInputs },
  ): void {
    try {
      const message = renderTemplate(template, this.#scope(node.id, texts, inputs.variables))
      const gate = { message, ...(done === undefined ? {} : { done }) }
      this.#journal.record([{ type: 'node_started', nodeId, payload: { ...facts, gate } }])
    } catch (error) {
      this.#settle(undecidable(node, error))
    }
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
    const script = planFacts(this.#options.setting.scripts.get(node.id))
    const payload = { type: node.type, attempt, ...(iteration === null ? {} : { iteration }), ...script }
    const durable = this.#journal.record([{ type: 'node_started', nodeId: path, payload }])
    const calls = new CallLog()
    this.#bodies.start({
      unit,
      durable,
      run: async (signal, alive) => {
        const texts = this.#options.texts.peek(node.id) ?? (await this.#options.texts.load(node.id))
        const inputs = inputsOf(unit, this.#journal)
        const { previous, variables } = await loadInputs(inputs, this.#journal, this.#options.outputs)
        const scope = this.#scope(node.id, texts, variables)
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
          calls,
          signal,
          alive,
        })
      },
      collect: (signal) => this.#options.setting.artifacts.collect(signal),
      onOutcome: (outcome) => this.#takeOutcome(outcome, { unit, attempt, calls }),
    })
  }

  #scope(
    reader: string,
    texts: ReadonlyMap<string, string>,
    variables: ReadInputs['variables'] | null = null,
  ) {
    const state = (id: string): NodeState | undefined => this.#journal.node(id)
    return createScope({ setting: this.#options.setting, reader, state, texts, variables: variables ?? {} })
  }

  #takeOutcome(outcome: Outcome, body: Body): void {
    const { unit, calls } = body
    try {
      if (outcome.kind === 'stopped') this.#cutShort.set(unit.path, calls)
      else {
        const { retryInMs } = this.#recordOutcome(outcome, body)
        if (retryInMs === null) this.#settleUnit(unit)
        else this.#enqueueIn(unit, retryInMs)
      }
      this.#pump()
    } catch (error) {
      this.#options.onLost(error)
    }
    this.#options.onChange()
  }

  /** An outcome that the store can't take is a failure of the node, not of its neighbours. */
  #recordOutcome(
    outcome: SettledAttempt['outcome'],
    { unit, attempt, calls: { calls } }: Body,
  ): OutcomeEvent {
    const output = outcome.kind === 'completed' ? outcome.result.output : outcome.output
    const recorded = recordCalls(calls, this.#recording, output)
    const ended = outcomeEvent({ unit, attempt, outcome, calls: recorded }, this.#options.clock)
    try {
      this.#journal.record([ended.event], ended.blobs)
      return ended
    } catch (error) {
      if (!isStoreError(error, 'too_large', 'invalid_record')) throw error
      const { durationMs } = outcome
      const refused = { code: `outcome_${error.code}`, message: error.message }
      const failed = { kind: 'failed', error: refused, transient: false, durationMs } as const
      const bare = { usage: recordBareCalls(calls, this.#recording, 'too_large'), blobs: [] }
      const instead = outcomeEvent({ unit, attempt, outcome: failed, calls: bare }, this.#options.clock)
      this.#journal.record([instead.event])
      return instead
    }
  }

  /** A unit has settled: the node it is a part of moves on, or those that wait for the node may be ready. */
  #settleUnit({ node, iteration }: Unit): void {
    if (iteration === null) this.#release(node.id)
    else if (node.type === 'loop') this.#advance(node, iteration)
    else this.#advance(node)
  }

  /** Records how a node settled without a body, and makes ready what waited for it. */
  #settle(event: Exclude<NewEvent, { nodeId?: undefined }>): void {
    this.#journal.record([event])
    this.#release(event.nodeId)
  }

  /** A node has settled: those that wait for it may be ready, unless that ends the run. */
  #release(id: string): void {
    this.#ready.push(...this.#frontier.settle(id))
    const node = this.#options.setting.graph.nodes.get(id)
    if (node) this.#heedCancellation(node)
  }
}
