import { once } from 'node:events'
import type { Writable } from 'node:stream'
import picocolors from 'picocolors'

type Colors = ReturnType<typeof picocolors.createColors>

/** The two streams of a command: data goes to stdout, everything said about it to stderr. */
export interface Terminal {
  /** Colours for stdout. */
  readonly dataColors: Colors
  /** Colours for stderr. */
  readonly colors: Colors
  /** Whether whoever read stdout has gone. */
  readonly outputClosed: boolean
  /** Why data could not be written, other than that its reader has gone; `null` when all is well. */
  readonly outputError: Error | null
  /** Writes a line of data. */
  print(line: string): void
  /** Writes data as it is; resolves when there is room for more. */
  write(data: string | Uint8Array): Promise<void>
  /** Writes one line of JSON as data. */
  printJson(value: object): void
  /** Says what must be said: errors, and what an interrupted person needs to know. */
  say(line: string): void
  /** Says what helps: progress and hints. Silent with `--quiet` and `--json`. */
  note(line: string): void
  /** Resolves when everything written has been taken. */
  flush(): Promise<void>
}

export interface TerminalOptions {
  stdout: Writable & { isTTY?: boolean }
  stderr: Writable & { isTTY?: boolean }
  env: NodeJS.ProcessEnv
  /** What was asked for on the command line; read when something is written. */
  wishes: () => { json: boolean; quiet: boolean; color: boolean }
}

/**
 * Whether a stream gets colours.
 *
 * @param wanted - `false` with `--no-color`.
 * @see https://no-color.org
 */
export function useColor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv, wanted: boolean): boolean {
  if (!wanted || env.NO_COLOR) return false
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true
  return stream.isTTY === true && env.TERM !== 'dumb' && env.FORCE_COLOR !== '0'
}

/** A terminal over two streams. A reader that goes away (a closed pipe) is no error. */
export function createTerminal({ stdout, stderr, env, wishes }: TerminalOptions): Terminal {
  const closed = new Set<Writable>()
  let outputError: Error | null = null
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      closed.add(stream)
      if (stream === stdout && error.code !== 'EPIPE') outputError = error
    })
  }
  const put = (stream: Writable, text: string | Uint8Array) => closed.has(stream) || stream.write(text)
  const colorsOf = (stream: Writable & { isTTY?: boolean }) =>
    picocolors.createColors(useColor(stream, env, wishes().color))
  return {
    get dataColors() {
      return colorsOf(stdout)
    },
    get colors() {
      return colorsOf(stderr)
    },
    get outputClosed() {
      return closed.has(stdout)
    },
    get outputError() {
      return outputError
    },
    print: (line) => void put(stdout, `${line}\n`),
    printJson: (value) => void put(stdout, `${JSON.stringify(value)}\n`),
    async write(data) {
      if (put(stdout, data)) return
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => {})
    },
    say: (line) => void put(stderr, `${line}\n`),
    note(line) {
      const { json, quiet } = wishes()
      if (!json && !quiet) put(stderr, `${line}\n`)
    },
    async flush() {
      await Promise.all([stdout, stderr].map((stream) => flushed(stream, closed)))
    },
  }
}

async function flushed(stream: Writable, closed: ReadonlySet<Writable>): Promise<void> {
  if (closed.has(stream) || stream.destroyed) return
  await new Promise<void>((resolve) => {
    stream.once('error', () => resolve())
    stream.write('', () => resolve())
  })
}
