import type { Json, LogLevel } from '@ion/store'
import { logLine } from './log-line.ts'
import type { NodeLog } from './node-log.ts'
import type { LogEntry, OutputChunk, RunOptions } from './options.ts'
import type { MaskStream } from './secrets/mask-stream.ts'
import type { Masker } from './secrets/masker.ts'
import { tell } from './tell.ts'

type Stream = OutputChunk['stream']

/** What belongs to the body whose output this is. */
export interface OutputSinkOptions {
  source: Pick<OutputChunk, 'runId' | 'nodeId' | 'attempt'>
  log: NodeLog
  watchers: Pick<RunOptions, 'onOutput'>
  /** Takes every note, masked. */
  noted(entry: LogEntry): void
  /** `null` when the run has no secrets. */
  masker: Masker | null
}

const newline = 10

/**
 * Where everything enters that a body prints, streams or notes: masked on its way to the log and to whoever watches. Each
 * stream is masked by itself, and the log once more as a whole, as a secret may be parted between streams.
 */
export class OutputSink {
  readonly #options: OutputSinkOptions
  readonly #streams = new Map<Stream, MaskStream>()
  readonly #logged: MaskStream | null
  #midLine = false

  constructor(options: OutputSinkOptions) {
    this.#options = options
    this.#logged = options.masker?.stream() ?? null
  }

  get logPath(): string {
    return this.#options.log.path
  }

  /** Takes a piece of a stream; gives a promise when it is to be waited for before the next piece. */
  write(stream: Stream, bytes: Uint8Array): void | Promise<void> {
    return this.#show(stream, this.#streamOf(stream)?.push(bytes) ?? bytes)
  }

  /** Takes a note, which begins on a line of its own. */
  note(level: LogLevel, message: string, data?: Json): void {
    const { source, noted, masker } = this.#options
    const said = masker?.text(message) ?? message
    const facts = data === undefined ? {} : { data: masker?.json(data) ?? data }
    noted({ ...source, level, message: said, ...facts })
    const line = `${this.#midLine ? '\n' : ''}${logLine(level, said, facts.data)}`
    // The log reports its own faults when it is closed.
    void Promise.resolve(this.#write(Buffer.from(line))).catch(() => {})
  }

  /** Shows what was held back, and closes the log. @throws {NodeFailure} when something could not be written. */
  async close(): Promise<void> {
    const { log } = this.#options
    try {
      for (const [stream, masked] of this.#streams) this.#show(stream, masked.end())?.catch(() => {})
      const rest = this.#logged?.end()
      if (rest && rest.length > 0) log.write(rest)?.catch(() => {})
    } finally {
      await log.close()
    }
  }

  #streamOf(stream: Stream): MaskStream | undefined {
    const { masker } = this.#options
    if (masker && !this.#streams.has(stream)) this.#streams.set(stream, masker.stream())
    return this.#streams.get(stream)
  }

  #show(stream: Stream, bytes: Uint8Array): void | Promise<void> {
    if (bytes.length === 0) return
    const { source, watchers } = this.#options
    // A copy, as a watcher may keep what whoever printed it does not.
    tell(() => watchers.onOutput?.({ ...source, stream, bytes: Buffer.from(bytes) }))
    return this.#write(bytes)
  }

  #write(bytes: Uint8Array): void | Promise<void> {
    this.#midLine = bytes.at(-1) !== newline
    const masked = this.#logged?.push(bytes) ?? bytes
    if (masked.length > 0) return this.#options.log.write(masked)
  }
}
