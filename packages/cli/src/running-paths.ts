import type { WorkflowEvent } from '@ion/store'

/** Which bodies this process runs at the moment. */
export class RunningPaths {
  readonly #open = new Set<string>()

  /** Takes the next event of the run. */
  apply(event: WorkflowEvent): void {
    if (event.nodeId === undefined) return
    if (event.type === 'node_started' && !event.payload.gate) this.#open.add(event.nodeId)
    else this.#open.delete(event.nodeId)
  }

  /** Node paths in order of their start; a loop as a whole is none, as its iterations have the bodies. */
  paths(): string[] {
    const open = [...this.#open]
    return open.filter((path) => !open.some((other) => other.startsWith(`${path}/`)))
  }
}
