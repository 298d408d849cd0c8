import { randomUUID } from 'node:crypto'
import {
  blobsNamedBy,
  type ImportedCommit,
  InvalidRecordError,
  type RunIntake,
  UnavailableError,
  type WorkflowSignal,
} from '@ion/store'
import type { FileSystem, OpenFile } from './file-system.ts'
import { foldUnit, type LogState, seenOf, stateOfCreation } from './log-fold.ts'
import { type CreatedLine, LogFault, logFormat } from './log-lines.ts'
import { type AppendUnit, encodeUnit, type Unit } from './log-units.ts'

const bytesAWrite = 256 * 1024

/** Writes the log of an imported run: the lines that would have led to what it is, each with the time that it had. */
export class ImportLog {
  readonly #file: OpenFile
  readonly #intake: RunIntake
  #state: LogState
  #waiting: string[] = []
  #waitingLength = 0
  #sent = 0

  private constructor(file: OpenFile, intake: RunIntake, state: LogState) {
    this.#file = file
    this.#intake = intake
    this.#state = state
  }

  /** Makes the file, with the line of the run's creation. */
  static async create(files: FileSystem, path: string, intake: RunIntake): Promise<ImportLog> {
    const created: CreatedLine = {
      format: logFormat,
      commit: { id: randomUUID(), index: 0, count: 1 },
      at: intake.run.createdAt,
      created: intake.created,
    }
    await files.createFile(path, encodeUnit(created), false)
    return new ImportLog(await files.openLog(path), intake, stateOfCreation(created))
  }

  /** A commit, and before it the signals that had been sent by then. */
  async addCommit(commit: ImportedCommit, signals: readonly WorkflowSignal[]): Promise<void> {
    for (const signal of signals.slice(this.#sent, commit.signals)) await this.#addSignal(signal)
    const events = commit.events.map(({ runId: _, timestamp: __, commitId: ___, ...event }) => event)
    await this.#addAppend(commit.commitId, commit.timestamp, { events })
  }

  /**
   * The signals after the last commit, and what of the record no event says: that the run is paused, its `wakeAt`, when it was changed
   * last.
   */
  async finish(signals: readonly WorkflowSignal[]): Promise<void> {
    for (const signal of signals.slice(this.#sent)) await this.#addSignal(signal)
    const { status, wakeAt, updatedAt } = this.#intake.run
    const { head } = this.#state
    if (status === 'paused') await this.#addAppend(randomUUID(), updatedAt, { run: { status, wakeAt } })
    else if (head.wakeAt !== wakeAt || head.updatedAt !== updatedAt) {
      const commit = { id: randomUUID(), index: 0, count: 1 }
      await this.#add({ commit, at: updatedAt, seen: seenOf(this.#state), update: { wakeAt } })
    }
    await this.#write()
    await this.#file.flush()
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #addSignal({ runId: _, sentAt, atEvent: __, ...signal }: WorkflowSignal): Promise<void> {
    const commit = { id: randomUUID(), index: 0, count: 1 }
    await this.#add({ commit, at: sentAt, seen: seenOf(this.#state), signal })
    this.#sent += 1
  }

  async #addAppend(
    id: string,
    at: string,
    { events = [], run }: Partial<Pick<AppendUnit, 'events'> & Pick<AppendUnit['batch'], 'run'>>,
  ): Promise<void> {
    const { commits, head } = this.#state
    const blobs = blobsNamedBy(events)
    await this.#add({
      commit: { id, number: commits + 1 },
      at,
      seen: seenOf(this.#state),
      batch: {
        after: head.lastSequence,
        held: 0,
        expectedSignal: head.lastSignal,
        ...(run ? { run } : {}),
        ...(blobs.length > 0 ? { blobs } : {}),
      },
      events,
    })
  }

  async #add(unit: Unit): Promise<void> {
    try {
      const folded = foldUnit(this.#state, { unit, start: 0, end: 0, badFrom: null })
      if (!folded.counts) throw new TypeError('a line of an imported log would be void')
      this.#state = folded.state
    } catch (error) {
      if (!(error instanceof LogFault)) throw error
      throw new InvalidRecordError(`run ${this.#intake.run.id} can't be imported: ${error.message}`)
    }
    const text = encodeUnit(unit)
    this.#waiting.push(text)
    this.#waitingLength += text.length
    if (this.#waitingLength >= bytesAWrite) await this.#write()
  }

  async #write(): Promise<void> {
    const bytes = Buffer.from(this.#waiting.join(''))
    this.#waiting = []
    this.#waitingLength = 0
    for (let from = 0; from < bytes.length; ) {
      const taken = await this.#file.append(bytes.subarray(from))
      if (taken === 0) throw new UnavailableError('the medium took nothing of the log', 'none')
      from += taken
    }
  }
}
