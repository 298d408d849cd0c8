import type { JsonValue } from './json.ts'
import type { VariableName } from './template/reference.ts'

/** What a finished node offers to references. */
export interface NodeView {
  status: 'completed' | 'failed' | 'skipped'
  /** The whole output; `''` for a skipped node, the standard output of a failed one. */
  output: string
  /** The failure's message; `''` when there was none. */
  error: string
  /** `null` where no process ran. */
  exitCode: number | null
}

/** Where references get their values. Each function returns `undefined` for what it doesn't know. */
export interface Scope {
  /** The node whose text is rendered, to be named in errors. */
  readonly reader?: string
  variable(name: VariableName): string | undefined
  input(name: string): JsonValue | undefined
  node(id: string): NodeView | undefined
}
