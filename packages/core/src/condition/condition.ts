import type { PlacedReference } from '../template/reference.ts'

/** A `when` expression: alternatives of conjunctions of comparisons (`||` of `&&`). */
export interface Condition {
  /** As the author wrote it. */
  source: string
  /** True when every comparison of any clause holds. */
  clauses: Comparison[][]
}

/** What a reference can be compared with. */
export const comparisonOperators = ['==', '!=', '<=', '>=', '<', '>'] as const

/** `$ref op literal`. */
export interface Comparison {
  left: PlacedReference
  operator: (typeof comparisonOperators)[number]
  /** The literal's text, without its quotes. */
  right: string
  /** Where the comparison stands in the expression. */
  start: number
  end: number
}
