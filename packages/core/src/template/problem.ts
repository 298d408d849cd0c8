/** Something wrong, or doubtful, in one text field. Offsets are UTF-16 code units into that text. */
export interface SourceProblem {
  /** Stable: `ION2001` and so on. */
  code: string
  /** An `error` keeps the workflow from running; a `warning` does not. */
  severity: 'error' | 'warning'
  message: string
  start: number
  /** Exclusive. */
  end: number
  /** What to do about it, where that can be said. */
  hint?: string
}

/** The names that references can be about. */
export interface TemplateContext {
  nodeIds: ReadonlySet<string>
  inputs: ReadonlySet<string>
}
