import type { ArtifactRecord } from '@ion/store'
import { type Outcome, runAttempt } from './attempt.ts'
import type { NodeResult } from './node-context.ts'
import { Stop, type StopReason } from './node-failure.ts'
import type { Unit } from './unit.ts'

export interface BodyStart {
  unit: Unit
  /** Resolves when the `node_started` is durable: no body starts before. */
  durable: Promise<void>
  run(signal: AbortSignal, alive: () => void): Promise<NodeResult>
  /** Called once, when the body is gone and was not stopped: the files that it left. `signal` is aborted when all is to stop. */
  collect(signal: AbortSignal): Promise<ArtifactRecord[]>
  /** Called once, when the body is gone. */
  onOutcome(outcome: Outcome): void
}

/** The bodies that run, and the one switch that ends them all. */
export class Bodies {
  readonly #active = new Map<string, Promise<void>>()
  readonly #stop = new AbortController()

  get count(): number {
    return this.#active.size
  }

  start({ unit, durable, run, collect, onOutcome }: BodyStart): void {
    const { timeoutMs, idleTimeoutMs } = unit.node
    const body = async () => {
      const { signal } = this.#stop
      const outcome = await durable.then(
        () => runAttempt({ timeoutMs, idleTimeoutMs, signal, body: run }),
        (): Outcome => ({ kind: 'stopped' }),
      )
      if (outcome.kind !== 'stopped') outcome.artifacts = await collect(signal)
      this.#active.delete(unit.path)
      onOutcome(outcome)
    }
    this.#active.set(unit.path, body())
  }

  /** Tells every body to end. */
  stop(reason: StopReason, message: string): void {
    this.#stop.abort(new Stop(reason, message))
  }

  /** Resolves when every body has ended and its processes are gone. */
  async gone(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active.values())
  }
}
