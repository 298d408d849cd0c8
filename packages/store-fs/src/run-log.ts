import { CorruptError, isStoreError, NotFoundError, UnavailableError } from '@ion/store'
import { messageOf } from './file-errors.ts'
import type { FileSystem, OpenFile } from './file-system.ts'
import { type Folded, foldUnit, type LogState, stateOfCreation } from './log-fold.ts'
import { LogIndex } from './log-index.ts'
import { LogFault } from './log-lines.ts'
import { lineAt, readUnits } from './log-reading.ts'
import { encodeUnit, isAppend, type PlacedUnit, type Unit, UnitScanner } from './log-units.ts'
import type { Projection } from './projection-file.ts'
import { Turns } from './turns.ts'

/**
 * What a writer puts behind a tail without a newline. A newline alone could complete a line that lacked nothing else,
 * and so bring a commit to life that its writer was told had failed.
 */
const tornMark = '<torn>\n'

/** Which log is opened. */
export interface OpenRunLog {
  id: string
  path: string
  files: FileSystem
  /** What an earlier reader made of the log, if anything. */
  projection: Projection | null
}

/** The log of one run, open: what it comes to so far, where things lie in it, and how it grows. */
export class RunLog {
  readonly id: string
  readonly path: string
  readonly index = new LogIndex()
  /** Everything that reads or moves the state takes its turn here. */
  readonly turns = new Turns()
  /** The expiry that was last read or written of the claim with this number. */
  lease: { number: number; expiresAt: string } | null = null
  readonly #files: FileSystem
  readonly #file: OpenFile
  #state: LogState | null = null
  /** Offset after the last whole unit. */
  #end = 0
  /** How long the file was when it was last looked at; what lies beyond `#end` is torn, or not whole yet. */
  #size = 0
  #endsInLine = false
  #flushed = 0
  /** Bytes of our own whose flush failed: the system may have dropped them and will not try again by itself. */
  #doubtful: { bytes: Buffer; offset: number } | null = null
  #gone = false

  private constructor(id: string, path: string, files: FileSystem, file: OpenFile) {
    this.id = id
    this.path = path
    this.#files = files
    this.#file = file
  }

  /**
   * Opens and reads a log.
   *
   * @throws {NotFoundError} when the run was deleted; {CorruptError} naming file and line.
   */
  static async open({ id, path, files, projection }: OpenRunLog): Promise<RunLog> {
    const log = new RunLog(id, path, files, await files.openLog(path))
    try {
      await log.refresh()
      // On a file system that doesn't tell upper from lower case, the folder may be that of another run.
      if (log.state.id !== id) throw log.#notFound()
      if (projection?.state.createdAt === log.state.createdAt) log.#checkCovers(projection)
      return log
    } catch (error) {
      await log.close()
      throw error
    }
  }

  get state(): LogState {
    if (this.#state === null)
      throw new CorruptError(`${this.path}:1: the run's creation is missing or damaged`)
    return this.#state
  }

  /** Offset after the last whole unit. */
  get end(): number {
    return this.#end
  }

  /** Whether the run was deleted, so that this log is nobody's any more. */
  get gone(): boolean {
    return this.#gone
  }

  get writable(): boolean {
    return this.#file.writable
  }

  /**
   * Reads what others have written since the last look.
   *
   * @param watched - The id of a commit to look out for.
   * @returns whether that commit was found and counts.
   * @throws {NotFoundError} once the run is deleted; {CorruptError}
   */
  async refresh(watched?: string): Promise<boolean> {
    const { size, links } = await this.#file.facts()
    if (links === 0) this.#gone = true
    if (this.#gone) throw this.#notFound()
    if (size < this.#size)
      throw new CorruptError(`${this.path} has become shorter: lines were cut off its end`)
    if (size === this.#size) return false
    let found = false
    try {
      for await (const units of readUnits(this.#file, this.#end, size)) {
        for (const placed of units) {
          const counts = this.#take(placed)
          if (counts && placed.unit.commit.id === watched) found = true
        }
      }
    } catch (error) {
      throw error instanceof LogFault ? await this.#corrupt(error) : error
    }
    this.#endsInLine = await this.#lastByteIsNoNewline(size)
    this.#size = size
    if (this.#gone) throw this.#notFound()
    return found
  }

  /**
   * Puts a unit at the end: one write, one flush, one look at where it came to lie.
   *
   * @param unit - Made from the present state, in the same turn.
   * @returns whether it is known to count. If not, others have written meanwhile; the state has been read again.
   * @throws {UnavailableError} saying whether the unit may have landed all the same.
   */
  async write(unit: Unit): Promise<boolean> {
    if (!this.writable) throw new UnavailableError(`${this.path} can't be written to`, 'none')
    await this.makeDurable('none')
    const before = this.#size
    const mark = this.#endsInLine ? tornMark : ''
    const bytes = Buffer.from(mark + encodeUnit(unit))
    const placed = this.#plan(bytes, mark.length)
    const folded = foldUnit(this.state, placed)
    if (!folded.counts) throw new TypeError('a unit was to be written that its own state makes void')
    const told = await this.#append(unit, bytes)
    await this.#flush(bytes, before)
    if (!told) return !isAppend(unit)
    const { size } = await this.#look()
    if (size !== before + bytes.length || this.#gone) {
      const found = await this.refresh(unit.commit.id)
      // Another process may have made a commit with the same id: only its content tells.
      return found && !isAppend(unit)
    }
    this.#adopt(placed, folded)
    this.#size = size
    this.#flushed = size
    this.#endsInLine = false
    return true
  }

  /**
   * Brings all that was read so far to the medium, whoever wrote it: nothing is built on what a crash may undo.
   *
   * @param outcome - What a failure means to the caller's own write.
   */
  async makeDurable(outcome: 'none' | 'unknown'): Promise<void> {
    if (this.#flushed >= this.#size) return
    const size = this.#size
    try {
      if (this.#doubtful) {
        const { inode } = await this.#file.facts()
        await this.#files.rewrite(this.path, inode, this.#doubtful.bytes, this.#doubtful.offset)
        this.#doubtful = null
      }
      await this.#file.flush()
    } catch (error) {
      throw new UnavailableError(`${this.path} could not be flushed`, outcome, { cause: error })
    }
    this.#flushed = size
  }

  /** The unit that begins at an offset. */
  async unitAt(start: number): Promise<Unit> {
    for await (const unit of this.units(start, this.#end)) return unit
    throw await this.#corrupt(new LogFault('it was whole when the log was opened', start))
  }

  /** The units that count from an offset on, up to another one. */
  async *units(from: number, to: number): AsyncGenerator<Unit> {
    try {
      for await (const units of readUnits(this.#file, from, to)) {
        for (const { unit, start } of units) if (!this.index.isVoid(start)) yield unit
      }
    } catch (error) {
      throw error instanceof LogFault ? await this.#corrupt(error) : error
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  /** What was projected is durable: where the log has less, it was cut. */
  #checkCovers({ covers }: Projection): void {
    if (covers.bytes <= this.#size && covers.commits <= this.state.commits) return
    throw new CorruptError(
      `${this.path} ends before what run.json was made from: lines were lost from its end`,
      { file: this.path, bytes: this.#size, expectedBytes: covers.bytes },
    )
  }

  #plan(bytes: Buffer, from: number): PlacedUnit {
    const [placed] = new UnitScanner(this.#size + from).push(bytes.subarray(from))
    if (!placed) throw new TypeError('a unit was encoded that no reader finds')
    return placed
  }

  #take(placed: PlacedUnit): boolean {
    const folded = this.#state === null ? foldFirst(placed) : foldUnit(this.#state, placed)
    this.#adopt(placed, folded)
    return folded.counts
  }

  #adopt(placed: PlacedUnit, folded: Folded): void {
    this.#state = folded.state
    this.#gone ||= folded.state.deleted
    this.index.add(placed, folded)
    this.#end = placed.end
  }

  /**
   * The write itself. A part of a unit counts for nothing, so short of the whole there is no effect.
   *
   * @returns `false` when the system reported a failure, but the unit was found in the log.
   */
  async #append(unit: Unit, bytes: Buffer): Promise<boolean> {
    let cause: unknown = new Error('the medium took only a part of it')
    try {
      if ((await this.#file.append(bytes)) === bytes.length) return true
    } catch (error) {
      cause = error
    }
    let outcome: 'none' | 'unknown' = 'none'
    try {
      if (await this.refresh(unit.commit.id)) return false
    } catch (error) {
      if (isStoreError(error)) throw error
      outcome = 'unknown'
    }
    throw new UnavailableError(`${this.path} could not be written: ${messageOf(cause)}`, outcome, { cause })
  }

  async #flush(bytes: Buffer, offset: number): Promise<void> {
    try {
      await this.#file.flush()
    } catch (error) {
      const { size } = await this.#look()
      if (size === offset + bytes.length) this.#doubtful = { bytes, offset }
      throw new UnavailableError(`${this.path} could not be flushed`, 'unknown', { cause: error })
    }
  }

  async #look() {
    try {
      const facts = await this.#file.facts()
      if (facts.links === 0) this.#gone = true
      return facts
    } catch (error) {
      throw new UnavailableError(`${this.path} could not be looked at after a write`, 'unknown', {
        cause: error,
      })
    }
  }

  async #lastByteIsNoNewline(size: number): Promise<boolean> {
    if (size === this.#end) return false
    const last = Buffer.alloc(1)
    await this.#file.read(last, size - 1)
    return last[0] !== 10
  }

  #notFound(): NotFoundError {
    return new NotFoundError(`there is no run ${this.id}`)
  }

  async #corrupt({ message, offset }: LogFault): Promise<CorruptError> {
    const line = await lineAt(this.#file, offset)
    return new CorruptError(`${this.path}:${line}: ${message}`, { file: this.path, line })
  }
}

function foldFirst({ unit, start, badFrom }: PlacedUnit): Folded {
  if (!('created' in unit)) throw new LogFault("the run's creation is missing or damaged", badFrom ?? start)
  return { state: stateOfCreation(unit), counts: true }
}
