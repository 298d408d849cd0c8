import type { Level } from './level.ts'

/**
 * What existing workflows use and Ion does not have yet. A feature that is built has its key removed here and added to a
 * schema.
 */
const unsupported: { readonly [Place in Level]?: readonly string[] } = {
  workflow: ['evidence_policy', 'container'],
  node: [
    'script',
    'include',
    'workflow',
    'loop_group',
    'with',
    'fan_out',
    'isolation',
    'input',
    'interactive',
  ],
  loop: ['interactive', 'gate_message', 'signal_completes', 'until_field'],
  approval: ['on_reject', 'decisions'],
}

/** Keys that make a node what it is: of such a node nothing more is known. */
export const unsupportedNodeTypes: readonly string[] = ['script', 'include', 'workflow', 'loop_group']

/** Whether a key is known but not supported yet. */
export function isUnsupported(level: Level, key: string): boolean {
  return unsupported[level]?.includes(key) ?? false
}
