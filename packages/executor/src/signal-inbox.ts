import type { IWorkflowStore, WorkflowSignal } from '@ion/store'

const signalsAPage = 100

/** The signals of a run, each handed on once, in order. */
export class SignalInbox {
  readonly #store: IWorkflowStore
  readonly #runId: string
  #seen = 0
  #reading: Promise<void> | null = null

  constructor(store: IWorkflowStore, runId: string) {
    this.#store = store
    this.#runId = runId
  }

  /** The number of the last signal that was handed on. */
  get seen(): number {
    return this.#seen
  }

  /** Hands on every signal that is there and was not handed on yet. Calls that overlap share one reading. */
  async read(take: (signal: WorkflowSignal) => void): Promise<void> {
    this.#reading ??= this.#readAll(take).finally(() => {
      this.#reading = null
    })
    await this.#reading
  }

  async #readAll(take: (signal: WorkflowSignal) => void): Promise<void> {
    for (;;) {
      const page = await this.#store.getSignals(this.#runId, { after: this.#seen, limit: signalsAPage })
      for (const signal of page) {
        this.#seen = signal.sequence
        take(signal)
      }
      if (page.length < signalsAPage) return
    }
  }
}
