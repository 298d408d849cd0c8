import type { Level } from './level.ts'

/** Keys of existing workflows that mean nothing to Ion, each with what holds instead. */
const ignored: { readonly [Place in Level]?: { readonly [key: string]: string } } = {
  workflow: {
    interactive: 'A run waits wherever an `approval` node says so.',
    returns: 'The outputs of all nodes are in the result.',
    outcome_field: 'A run fails when a node fails.',
    mutates_checkout: 'Ion takes no lock on a directory.',
    tags: 'Ion does not group workflows.',
    requires: 'Let a first `bash` node check what the workflow needs.',
    worktree: 'Nodes run in the directory that the run was started for.',
    evidence_policy: 'A last `bash` node can check what a run must leave behind.',
    container: 'Nodes run on the host.',
  },
  node: {
    always_run: 'A completed node keeps its outcome when the run is resumed.',
    output_type: 'The output is in the result under the id of the node.',
    interactive: 'A run waits wherever an `approval` node says so.',
    mutates_checkout: 'Ion takes no lock on a directory.',
  },
}

/** What holds instead of an ignored key; `undefined` when the key is not one. */
export function insteadOfIgnored(level: Level, key: string): string | undefined {
  const keys = ignored[level]
  return keys !== undefined && Object.hasOwn(keys, key) ? keys[key] : undefined
}
