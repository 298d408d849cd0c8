import type { PlacedReference, VariableName } from './reference.ts'

/**
 * A bash script whose references have become shell variables, each in the form that its quoting context needs. The
 * script is the same whatever the values are: data never enters program text.
 */
export interface BashTemplate {
  /** As the author wrote it. */
  source: string
  /** What bash runs, once every variable of `bindings` is set (not exported). Its lines are those of `source`. */
  script: string
  /** The shell variables the script reads, in order of first use; one for each distinct reference. */
  bindings: { variable: string; reference: PlacedReference }[]
  /**
   * Ion's variables that the script reads from its environment or by a binding, and neither sets itself nor has a
   * default for (`${BASE_BRANCH:-main}`). The host has to give each of them a value.
   */
  variables: VariableName[]
}
