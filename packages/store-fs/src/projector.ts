import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'
import type { Unit } from './log-units.ts'
import { isAppend } from './log-units.ts'
import type { OpenLogs } from './open-logs.ts'
import { encodeProjection, readProjection } from './projection-file.ts'
import type { RunLog } from './run-log.ts'
import { storedSignal } from './signals.ts'
import { replaceFile } from './write-files.ts'

const delayMs = 1_000

/**
 * Writes what people and lists read beside the log: `run.json`, `nodes/`, `signals/`. All of it follows from the log
 * and is written a little later, off the path of appends; what is missing or behind is made up for the next time.
 */
export class Projector {
  readonly #layout: Layout
  readonly #files: FileSystem
  readonly #logs: OpenLogs
  readonly #waiting = new Map<string, NodeJS.Timeout>()
  readonly #running = new Map<string, Promise<void>>()

  constructor({ layout, files, logs }: { layout: Layout; files: FileSystem; logs: OpenLogs }) {
    this.#layout = layout
    this.#files = files
    this.#logs = logs
  }

  /** Has a run projected soon. A process may end before that. */
  schedule(id: string): void {
    if (this.#waiting.has(id)) return
    this.#waiting.set(id, setTimeout(() => this.#start(id), delayMs).unref())
  }

  /** Projects what waits, and returns once that is done. */
  async flush(): Promise<void> {
    for (const id of [...this.#waiting.keys()]) this.#start(id)
    await Promise.all(this.#running.values())
  }

  #start(id: string): void {
    clearTimeout(this.#waiting.get(id))
    this.#waiting.delete(id)
    const before = this.#running.get(id) ?? Promise.resolve()
    // Nothing is lost with a projection: a full disk or a denied write is no failure of the run's.
    const work = before.then(() => this.#project(id)).catch(() => {})
    this.#running.set(id, work)
    void work.then(() => {
      if (this.#running.get(id) === work) this.#running.delete(id)
    })
  }

  async #project(id: string): Promise<void> {
    const path = this.#layout.projection(id)
    const earlier = await readProjection(this.#files, path)
    await this.#logs.use(id, async (log) => {
      const { state, end } = await log.turns.run(async () => {
        await log.refresh()
        // A projection that knew more than what is on the medium would call the log damaged after a power loss.
        await log.makeDurable('none')
        return { state: log.state, end: log.end }
      })
      const from = earlier?.state.createdAt === state.createdAt ? earlier.covers.bytes : 0
      if (from >= end) return
      await this.#projectUnits(log, from, end)
      const text = encodeProjection({ covers: { bytes: end }, state })
      await this.#replace(id, path, text)
    })
  }

  async #projectUnits(log: RunLog, from: number, to: number): Promise<void> {
    const nodes = new Map<string, object>()
    for await (const unit of log.units(from, to)) {
      if ('signal' in unit) {
        const path = this.#layout.signal(log.id, unit.signal.sequence)
        const atEvent = log.index.signalAt(unit.signal.id)?.atEvent ?? 0
        await this.#replaceJson(log.id, path, storedSignal(log.id, unit, atEvent))
      }
      for (const [path, outcome] of outcomesIn(unit)) nodes.set(path, outcome)
    }
    for (const [path, outcome] of nodes)
      await this.#replaceJson(log.id, this.#layout.node(log.id, path), outcome)
  }

  async #replaceJson(id: string, path: string, value: object): Promise<void> {
    await this.#replace(id, path, `${JSON.stringify(value, null, 2)}\n`)
  }

  async #replace(id: string, path: string, bytes: string): Promise<void> {
    await replaceFile(this.#files, this.#layout, { id, path, bytes, durable: false })
  }
}

/** How node paths ended, by the events of a unit. */
function* outcomesIn(unit: Unit): Generator<[string, object]> {
  if (!isAppend(unit)) return
  for (const { type, nodeId, sequence, payload } of unit.events) {
    if (nodeId === undefined || type === 'node_started') continue
    const status = type.slice('node_'.length)
    yield [nodeId, { path: nodeId, status, sequence, timestamp: unit.at, commitId: unit.commit.id, payload }]
  }
}
