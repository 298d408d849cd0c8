import type { Level } from './level.ts'

/**
 * What existing workflows use and Ion does not have yet. A feature that is built has its key removed here and added to a
 * schema.
 */
const unsupported: { readonly [Place in Level]?: readonly string[] } = {
  workflow: ['evidence_policy', 'container'],
  node: ['include', 'workflow', 'loop_group', 'fan_out', 'isolation', 'input'],
  approval: ['decisions'],
}

/** Keys that make a node what it is: of such a node nothing more is known. */
export const unsupportedNodeTypes: readonly string[] = ['include', 'workflow', 'loop_group']

/** Whether a key is known but not supported yet. */
export function isUnsupported(level: Level, key: string): boolean {
  return unsupported[level]?.includes(key) ?? false
}
