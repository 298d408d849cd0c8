/** A place in a source text. Lines and columns count from 1; columns count UTF-16 code units. */
export interface Position {
  line: number
  column: number
}

/** A stretch of a source text, its end exclusive. */
export interface Range {
  start: Position
  end: Position
}

/** Something wrong, or doubtful, in a source. */
export interface Diagnostic {
  /** Stable: `ION1001` and so on; `docs/diagnostics.md` lists them. */
  code: string
  /** An `error` keeps the workflow from running; a `warning` does not. An `info` says what was made of the source. */
  severity: 'error' | 'warning' | 'info'
  message: string
  /** Where the source was read from; `null` when it came from no file. */
  path: string | null
  range: Range
  /** What to do about it, where that can be said. */
  hint?: string
}
