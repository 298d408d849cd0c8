import type { ArchonAnswer, ArchonAnswers, ArchonLevel } from './archon-key.ts'
import { contextKeys, nodeKeys, retryKeys, withKeys } from './node-keys.ts'
import { approvalKeys, decisionKeys, fanOutKeys, loopGroupKeys, loopKeys, onRejectKeys } from './part-keys.ts'
import { containerKeys, evidencePolicyKeys, inputKeys, workflowKeys, worktreeKeys } from './workflow-keys.ts'

/** A key of Archon's workflows, and what becomes of it. */
export interface ArchonKey extends ArchonAnswer {
  level: ArchonLevel
  key: string
}

const answers: { readonly [Level in ArchonLevel]: ArchonAnswers } = {
  workflow: workflowKeys,
  input: inputKeys,
  evidence_policy: evidencePolicyKeys,
  worktree: worktreeKeys,
  container: containerKeys,
  node: nodeKeys,
  retry: retryKeys,
  context: contextKeys,
  with: withKeys,
  loop: loopKeys,
  loop_group: loopGroupKeys,
  approval: approvalKeys,
  on_reject: onRejectKeys,
  decisions: decisionKeys,
  fan_out: fanOutKeys,
}

/**
 * Every key of Archon's workflows, level by level, with what becomes of it. Diagnostics for keys that are ignored or
 * unsupported come from here.
 */
export const archonKeys: readonly ArchonKey[] = Object.keys(answers)
  .filter(isArchonLevel)
  .flatMap((level) => Object.entries(answers[level]).map(([key, answer]) => ({ level, key, ...answer })))

/** Keys that make a node what Ion has not: of such a node nothing more is known. */
export const unsupportedNodeTypes: readonly string[] = archonKeys
  .filter(({ standing, makesNode }) => standing === 'unsupported' && makesNode)
  .map(({ key }) => key)

/** What becomes of a key at a level of Archon's or of Ion's; `undefined` when Archon has no such key there. */
export function archonKey(level: string, key: string): ArchonAnswer | undefined {
  if (!isArchonLevel(level)) return undefined
  const keys = answers[level]
  return Object.hasOwn(keys, key) ? keys[key] : undefined
}

function isArchonLevel(level: string): level is ArchonLevel {
  return Object.hasOwn(answers, level)
}
