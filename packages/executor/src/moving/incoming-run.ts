import { rm } from 'node:fs/promises'
import {
  type Annotation,
  type Blob,
  type BlobRef,
  givenRecord,
  InvalidRecordError,
  type IWorkflowStore,
  type NewLogEntry,
  type RunImport,
  type RunSnapshot,
  type UnheldRun,
  type WorkflowEvent,
} from '@ion/store'
import { verifyImported } from './copy-runs.ts'
import { moveAnnotations } from './move-annotations.ts'
import { moveLogEntries } from './move-log-entries.ts'
import type { MovingSide } from './moved-run.ts'
import { type MovedParts, writtenParts } from './moving-tally.ts'
import type { LineName, RunEnd, RunFileLine } from './run-file-line.ts'
import type { RunFileReader } from './run-file-reader.ts'
import { isRunFilePath, placeFile, type RunFile, stageFile } from './run-files.ts'
import { folderOn } from './side-folder.ts'

const annotationsAtOnce = 200

interface StagedFile {
  temporary: string
  file: RunFile
  sha256: string
}

/** A run on its way from a file to a store. */
export class IncomingRun {
  readonly #reader: RunFileReader
  readonly #to: MovingSide
  readonly #run: UnheldRun
  #first: WorkflowEvent | undefined
  readonly #staged: StagedFile[] = []
  readonly #annotations: Annotation[][] = []
  readonly #logEntries: NewLogEntry[] = []
  #folder = ''
  #end: RunEnd | 'void' | null = null

  /** @param run - What the next line says, which is taken. */
  constructor(reader: RunFileReader, to: MovingSide, run: UnheldRun) {
    this.#reader = reader
    this.#to = to
    this.#run = run
  }

  /** Makes the run, gives its files their names, and puts its annotations and log entries to it. */
  async importInto(store: IWorkflowStore & RunImport, moved: MovedParts): Promise<'copied' | 'present'> {
    this.#reader.takeDigest()
    await this.#reader.take()
    const run = givenRecord(this.#run)
    const isPresent = (await store.getWorkflowRun(run.id)) !== null
    const imported = await store.importWorkflowRun(this.#snapshot(run))
    if (this.#end === null || this.#end === 'void') throw this.#reader.fault('the run has no end')
    await verifyImported(store, imported, this.#end.digest)
    for (const staged of this.#staged) await placeFile({ ...staged, to: this.#folder }, moved.files)
    await moveAnnotations(this.#annotations, { store, id: run.id, moved })
    await moveLogEntries(this.#logEntries, { store, id: run.id, moved })
    return isPresent && writtenParts(moved) === 0 ? 'present' : 'copied'
  }

  /** Reads on to the run's end, and says whether its export was given up. */
  async skip(): Promise<'void' | 'whole'> {
    while (this.#end === null) {
      const line = await this.#reader.peek()
      if ('run' in line || 'complete' in line || 'ion' in line)
        throw this.#reader.fault('the run before has no end')
      if ('end' in line) this.#checkLines(line.end)
      await this.#reader.take()
      if ('void' in line) this.#end = 'void'
      if ('end' in line) this.#end = line.end
    }
    return this.#end === 'void' ? 'void' : 'whole'
  }

  /** Removes files that did not get their names. */
  async discard(): Promise<void> {
    await Promise.all(this.#staged.map(({ temporary }) => rm(temporary, { force: true })))
  }

  #snapshot(run: UnheldRun): RunSnapshot {
    return { run, signals: this.#signals(), events: this.#events(), blobs: this.#blobs(run) }
  }

  async *#signals() {
    for (;;) {
      const line = await this.#next('signal')
      if (line === null) return
      yield line.signal
    }
  }

  async *#events() {
    for (;;) {
      const line = await this.#next('event')
      if (line === null) return
      this.#first ??= line.event
      yield line.event
    }
  }

  /** The blobs, and what comes after them: the run lands only when its end has been read and is right. */
  async *#blobs(run: UnheldRun): AsyncGenerator<Blob> {
    for (;;) {
      const line = await this.#next('blob')
      if (line === null) break
      const parts: Uint8Array[] = []
      for await (const part of this.#data(line.blob)) parts.push(part)
      yield { ref: line.blob.ref, bytes: Buffer.concat(parts) }
    }
    await this.#stageFiles(run)
    await this.#keepAnnotations()
    await this.#keepLogEntries()
    await this.#takeEnd(run.id)
  }

  async #stageFiles(run: UnheldRun): Promise<void> {
    this.#folder = folderOn(this.#to, { ...run, claim: null }, this.#first)
    for (;;) {
      const line = await this.#next('file')
      if (line === null) return
      const { sha256, ...file } = line.file
      if (!isRunFilePath(file.path)) {
        throw new InvalidRecordError(
          `run ${run.id} has a file ${JSON.stringify(file.path)}, which can't be one of its`,
        )
      }
      const temporary = await stageFile(this.#folder, file, this.#data(file))
      this.#staged.push({ temporary, file, sha256 })
    }
  }

  /** They are in memory until the run has landed, in lists as long as a store takes them over. */
  async #keepAnnotations(): Promise<void> {
    for (let count = 0; ; count++) {
      const line = await this.#next('annotation')
      if (line === null) return
      if (count % annotationsAtOnce === 0) this.#annotations.push([])
      this.#annotations.at(-1)?.push(line.annotation)
    }
  }

  async #keepLogEntries(): Promise<void> {
    for (;;) {
      const line = await this.#next('logEntry')
      if (line === null) return
      this.#logEntries.push(line.logEntry)
    }
  }

  async #takeEnd(id: string): Promise<void> {
    const line = await this.#reader.peek()
    if ('void' in line) {
      await this.skip()
      throw new InvalidRecordError(`run ${id} was given up when it was exported: ${line.void.message}`)
    }
    if (!('end' in line) || line.end.id !== id)
      throw this.#reader.fault(`the end of run ${id} should be here`)
    this.#checkLines(line.end)
    await this.#reader.take()
    this.#end = line.end
  }

  #checkLines({ id, sha256 }: RunEnd): void {
    if (this.#reader.takeDigest() === sha256) return
    throw this.#reader.fault(`of run ${id}, which ends here, lines are missing or were altered`)
  }

  /** Bytes in lines of data, as many as there must be. */
  async *#data({ bytes }: Pick<BlobRef, 'bytes'>): AsyncGenerator<Uint8Array> {
    for (let missing = bytes; missing > 0; ) {
      const line = await this.#next('data')
      if (line === null) throw this.#reader.fault(`${missing} bytes are missing here`)
      const part = Buffer.from(line.data, 'base64')
      missing -= part.length
      if (missing < 0) throw this.#reader.fault('there are more bytes here than there should be')
      yield part
    }
  }

  /** Takes the next line when it is of this kind. */
  async #next<Name extends LineName>(
    name: Name,
  ): Promise<Extract<RunFileLine, { [Key in Name]: unknown }> | null> {
    const line = await this.#reader.peek()
    if (!isNamed(line, name)) return null
    await this.#reader.take()
    return line
  }
}

function isNamed<Name extends LineName>(
  line: RunFileLine,
  name: Name,
): line is Extract<RunFileLine, { [Key in Name]: unknown }> {
  return name in line
}
