/**
 * The variables that are not a node's and not an input's. A host that has no value for one that a workflow uses makes
 * the run an error before it starts.
 */
export const variableNames = [
  'ARGUMENTS',
  'USER_MESSAGE',
  'WORKFLOW_ID',
  'RUN_ID',
  'ARTIFACTS_DIR',
  'STATE_DIR',
  'BASE_BRANCH',
  'DOCS_DIR',
  'LOOP_PREV_OUTPUT',
  'LOOP_USER_INPUT',
  'REJECTION_REASON',
] as const

/** The name of a variable, without its `$`. */
export type VariableName = (typeof variableNames)[number]

/** What of a node can be referred to. */
export const nodeProperties = ['output', 'status', 'error', 'exit_code'] as const

/** What of a node can be referred to. */
export type NodeProperty = (typeof nodeProperties)[number]

/** What an author's `$…` stands for. */
export type Reference =
  | { kind: 'variable'; name: VariableName }
  | { kind: 'input'; name: string }
  | {
      kind: 'node'
      nodeId: string
      property: NodeProperty
      /** Into a JSON output: `$a.output.items[0].name` is `['items', 0, 'name']`. Empty for the whole. */
      path: (string | number)[]
    }

/** A reference where it stands in a text. */
export interface PlacedReference {
  reference: Reference
  /** As the author wrote it, `$` included. */
  source: string
  /** Where it begins and ends (exclusive) in the author's text, in UTF-16 code units. */
  start: number
  end: number
}
