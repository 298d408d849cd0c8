import { isStoreError, type WorkflowSignal } from '@ion/store'
import { type Cancellation, cancelledEnding, type Ending, idleEnding, stoppedEnding } from './ending.ts'
import type { Journal } from './journal.ts'
import { readAnswer, readReason } from './nodes/approval.ts'
import { withUsage } from './outcome-event.ts'
import type { RunResult } from './result.ts'
import type { RunSetting } from './run-setting.ts'
import type { Scheduler } from './scheduler.ts'
import type { SignalInbox } from './signal-inbox.ts'

export interface TurnOptions {
  setting: RunSetting
  journal: Journal
  inbox: SignalInbox
  scheduler: Scheduler
}

/**
 * One executor's turn at a run: lets the scheduler run what can run, takes answers and cancels from outside, and writes how
 * the turn ends: the run completed, failed, cancelled, paused, or left to be resumed.
 */
export class Turn {
  readonly #setting: RunSetting
  readonly #journal: Journal
  readonly #inbox: SignalInbox
  readonly #scheduler: Scheduler
  #cancelled: Cancellation | null = null
  #stopped = false
  #lost: { error: unknown } | null = null
  #wake: () => void = () => {}

  constructor({ setting, journal, inbox, scheduler }: TurnOptions) {
    this.#setting = setting
    this.#journal = journal
    this.#inbox = inbox
    this.#scheduler = scheduler
  }

  /** Runs to the next end. Rejects when the run is lost, after every body is gone. */
  async run(): Promise<RunResult['status']> {
    await this.readSignals()
    this.#scheduler.begin()
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      if (!this.#isOver() && this.#scheduler.isBusy) {
        this.#journal.resume()
        await changed
      } else {
        this.#holdAtEnd()
        const status = await this.#end()
        if (status) return status
      }
    }
  }

  /** Something has settled or was started: there is to be another look. */
  look(): void {
    this.#holdAtEnd()
    this.#wake()
  }

  /** What comes last goes to the store together with the end that follows from it. */
  #holdAtEnd(): void {
    if (this.#isOver()) this.#journal.resume()
    else if (!this.#scheduler.isBusy) this.#journal.hold()
  }

  /** Ends all bodies and leaves the run as it is, to be resumed. */
  stop(why: string): void {
    this.#stopped = true
    this.#scheduler.stop('stopped', why)
    this.#wake()
  }

  /** The run is not ours any more: ends all bodies and writes nothing. */
  lose(error: unknown): void {
    this.#lost ??= { error }
    this.#scheduler.stop('lost', 'the run was lost')
    this.#wake()
  }

  /** Ends all bodies, and then the run. The first reason counts. */
  cancel(cancellation: Cancellation): void {
    this.#cancelled ??= cancellation
    this.#scheduler.stop('cancelled', 'the run was cancelled')
    this.#wake()
  }

  /** Takes the signals that have come. */
  async readSignals(): Promise<void> {
    try {
      await this.#inbox.read((signal) => this.#take(signal))
    } catch (error) {
      // The next look will do; a store that stays away is noticed by the writes.
      if (!isStoreError(error, 'unavailable')) this.lose(error)
    }
    this.#wake()
  }

  #isOver(): boolean {
    return this.#lost !== null || this.#cancelled !== null || this.#stopped
  }

  #take(signal: WorkflowSignal): void {
    if (this.#journal.state.takenSignals.has(signal.sequence)) return
    if (signal.kind === 'cancel') {
      this.cancel({ reason: readReason(signal), signal: signal.sequence })
      return
    }
    const answer = readAnswer(signal)
    if (answer) this.#scheduler.answer(signal, answer)
  }

  /**
   * Ends this turn, after everything that runs is gone. `null` when a signal came that was not seen before; it has been
   * taken then, and there is to be another look.
   */
  async #end(): Promise<RunResult['status'] | null> {
    await this.#scheduler.halt()
    if (this.#lost) throw this.#lost.error
    const { append, status } = this.#withCalls(this.#ending())
    if (await this.#journal.finish(append, this.#inbox.seen)) return status
    await this.readSignals()
    return null
  }

  /** What was told to end had perhaps called an agent: that counts too. */
  #withCalls({ append, status }: Ending): Ending {
    const events = append.events.map((event) =>
      event.nodeId === undefined
        ? event
        : withUsage(event, { usage: this.#scheduler.callsCutShort(event.nodeId) }),
    )
    return { append: { ...append, events }, status }
  }

  #ending(): Ending {
    const { state } = this.#journal
    const { workflow, graph } = this.#setting
    if (this.#cancelled) return cancelledEnding(state, this.#cancelled)
    if (this.#stopped) return stoppedEnding(state, (path) => graph.nodes.get(path.split('/', 1)[0] ?? ''))
    return idleEnding(workflow, state)
  }
}
