import { CorruptError, isStoreError, NotFoundError, UnavailableError } from '@ion/store'
import { DurableFile } from './durable-file.ts'
import { asStoreError, messageOf } from './file-errors.ts'
import type { FileFacts, FileSystem, OpenFile } from './file-system.ts'
import { type Folded, foldUnit, type LogState, stateOfCreation } from './log-fold.ts'
import { LogIndex } from './log-index.ts'
import { LogFault } from './log-lines.ts'
import { endsInNewline, lineAt, readUnits } from './log-reading.ts'
import { encodeUnit, isAppend, type PlacedUnit, type Unit } from './log-units.ts'
import { coversMore, type Projection } from './projection-file.ts'
import { RewriteWatch } from './rewritten-log.ts'
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
  readonly #file: OpenFile
  readonly #durable: DurableFile
  readonly #rewrites = new RewriteWatch()
  #state: LogState | null = null
  /** Offset after the last whole unit. */
  #end = 0
  /** How long the file was when it was last looked at; what lies beyond `#end` is torn, or not whole yet. */
  #size = 0
  #endsInLine = false
  #gone = false
  #denied = false

  private constructor({ id, path, files }: OpenRunLog, file: OpenFile) {
    this.id = id
    this.path = path
    this.#file = file
    this.#durable = new DurableFile(path, file, files)
  }

  /**
   * Opens and reads a log.
   *
   * @throws {NotFoundError} when the run was deleted; {CorruptError} naming file and line.
   */
  static async open(options: OpenRunLog): Promise<RunLog> {
    const log = new RunLog(options, await options.files.openLog(options.path))
    try {
      await log.refresh()
      // On a file system that doesn't tell upper from lower case, the folder may be that of another run.
      if (log.state.id !== options.id) throw log.#notFound()
      if (options.projection) await log.#checkCovers(options.projection)
      return log
    } catch (error) {
      await log.close()
      throw error
    }
  }

  get state(): LogState {
    if (this.#state !== null) return this.#state
    throw new CorruptError(`${this.path}:1: the run's creation is missing or damaged`, {
      file: this.path,
      line: 1,
    })
  }

  /** Offset after the last whole unit. */
  get end(): number {
    return this.#end
  }

  /** Whether the next call had better open the log anew: its run was deleted, or writing was denied. */
  get outdated(): boolean {
    return this.#gone || this.#denied
  }

  /**
   * Reads what others have written since the last look.
   *
   * @param watched - The id of a commit to look out for.
   * @returns whether that commit was found and counts.
   * @throws {NotFoundError} once the run is deleted; {CorruptError}
   */
  async refresh(watched?: string): Promise<boolean> {
    const facts = await this.#file.facts()
    const { size, links } = facts
    if (links === 0) this.#gone = true
    if (this.#gone) throw this.#notFound()
    if (size < this.#size) throw await this.#cutOff('it was longer before')
    if (size === this.#size) {
      await this.#checkUntouched(facts)
      return false
    }
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
    this.#endsInLine = size > this.#end && !(await endsInNewline(this.#file, size))
    this.#size = size
    this.#rewrites.note(facts.modifiedMs)
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
    if (!this.#file.writable) throw this.#readOnly()
    await this.#checkUntouched(await this.#file.facts())
    await this.makeDurable('none')
    const before = this.#size
    const mark = this.#endsInLine ? tornMark : ''
    const bytes = Buffer.from(mark + encodeUnit(unit))
    const end = before + bytes.length
    const placed = { unit, start: before + mark.length, end, badFrom: null }
    const folded = foldUnit(this.state, placed)
    if (!folded.counts) throw new TypeError('a unit was to be written that its own state makes void')
    const reread = await this.#append(unit, bytes)
    await this.#durable.flushAppended(bytes, before)
    const { size, links, modifiedMs } = await this.#durable.look()
    if (reread || links === 0 || size !== end) return await this.#lookFor(unit, reread)
    this.#adopt(placed, folded)
    this.#size = size
    this.#rewrites.note(modifiedMs)
    this.#endsInLine = false
    this.#durable.noteFlushed(size)
    return true
  }

  /** Brings all that was read so far to the medium. `outcome` is what a failure means to the caller's own write. */
  async makeDurable(outcome: 'none' | 'unknown'): Promise<void> {
    await this.#durable.makeDurable(this.#size, outcome)
  }

  /** The unit that begins at an offset. Where its end is known no more than that is read. */
  async unitAt(start: number, end = this.#end): Promise<Unit> {
    for await (const unit of this.units(start, end)) return unit
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

  /**
   * The write itself. A part of a unit counts for nothing, so short of the whole there is no effect.
   *
   * @returns whether the log was read again: the system reported a failure, but the unit is there.
   */
  async #append(unit: Unit, bytes: Buffer): Promise<boolean> {
    let cause: unknown = new Error('the medium took only a part of it')
    try {
      if ((await this.#file.append(bytes)) === bytes.length) return false
    } catch (error) {
      cause = error
    }
    let outcome: 'none' | 'unknown' = 'none'
    try {
      if (await this.refresh(unit.commit.id)) return true
    } catch (error) {
      if (isStoreError(error)) throw error
      outcome = 'unknown'
    }
    throw new UnavailableError(`${this.path} could not be written: ${messageOf(cause)}`, outcome, { cause })
  }

  /** An append is looked for by its commit, whose content tells it from another's with the same id. */
  async #lookFor(unit: Unit, seen: boolean): Promise<boolean> {
    try {
      const found = await this.refresh(unit.commit.id)
      return (found || seen) && !isAppend(unit)
    } catch (error) {
      throw asStoreError(error, 'unknown')
    }
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

  /** A file of another length is looked at otherwise. */
  async #checkUntouched({ size, modifiedMs }: FileFacts): Promise<void> {
    if (this.#state === null || size !== this.#size) return
    try {
      await this.#rewrites.check(modifiedMs, this.#file, { state: this.#state, end: this.#end })
    } catch (error) {
      throw error instanceof LogFault ? await this.#corrupt(error) : error
    }
  }

  /** What was projected is durable: where the log has less, it was cut or damaged at its end. */
  async #checkCovers(projection: Projection): Promise<void> {
    if (coversMore(projection, this.state, this.#size))
      throw await this.#cutOff('run.json was made from more of it')
  }

  #notFound(): NotFoundError {
    return new NotFoundError(`there is no run ${this.id}`)
  }

  #readOnly(): UnavailableError {
    this.#denied = true
    return new UnavailableError(
      `${this.path} can't be written to: the file or its medium is read-only`,
      'none',
    )
  }

  async #cutOff(why: string): Promise<CorruptError> {
    return await this.#corrupt(
      new LogFault(`the log ends here, or is damaged from here on; ${why}`, this.#end),
    )
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
