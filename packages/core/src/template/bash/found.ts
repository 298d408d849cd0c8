import type { SourceProblem } from '../problem.ts'
import type { Reference, VariableName } from '../reference.ts'
import type { CommandsFrame, Mark } from './frames.ts'

/** In which words a reference becomes a shell variable: each quoting context needs another. */
export type Form =
  /** Outside quotes: `"${V}"`. */
  | 'bare'
  /** Inside double quotes or a here-document: `${V}`. */
  | 'double'
  /** Inside `'…'`: the quotes are closed before it and opened after it. */
  | 'single'
  /** Inside `$'…'`: likewise. */
  | 'ansi'
  /** Where bash would evaluate the value as an expression: only a whole number gets through. */
  | 'number'

/** A reference in the script. */
export interface Use {
  reference: Reference
  start: number
  end: number
  form: Form
  /** The list of commands it stands in, where it is in a word of one. */
  owner: CommandsFrame | null
}

/** Another change to the script. */
export interface Edit {
  start: number
  end: number
  text: string
}

/** What a reading of a script found. Offsets are into the text that was read. */
export interface Found {
  uses: Use[]
  edits: Edit[]
  comments: { start: number; end: number }[]
  /** Ion's variables that the script expects to have a value. */
  variables: Set<VariableName>
  problems: SourceProblem[]
}

/** Nothing found yet. */
export function nothingFound(): Found {
  return { uses: [], edits: [], comments: [], variables: new Set(), problems: [] }
}

/** Remembers the point to `rewind` to. */
export function mark(found: Found): Mark {
  const { uses, edits, comments, problems } = found
  return {
    uses: uses.length,
    edits: edits.length,
    comments: comments.length,
    problems: problems.length,
  }
}

/** Forgets what was found since `mark`. */
export function rewind(found: Found, to: Mark): void {
  found.uses.length = to.uses
  found.edits.length = to.edits
  found.comments.length = to.comments
  found.problems.length = to.problems
}
