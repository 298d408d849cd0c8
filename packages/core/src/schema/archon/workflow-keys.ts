import { type ArchonAnswers, agent, done, ignored, unsupported } from './archon-key.ts'

/** The keys of a workflow. */
export const workflowKeys: ArchonAnswers = {
  name: done('May be left out: then it is the name of the file.'),
  description: done('May be left out.'),
  nodes: done(),
  steps: unsupported('Archon dropped it too. Write `nodes:`.'),
  interactive: ignored('A run waits wherever an `approval` node or an interactive loop says so.'),
  inputs: done('An entry that is wrong is an error. Inputs may have a `type` and an `enum`.'),
  returns: ignored('The outputs of all nodes are in the result.'),
  outcome_field: ignored('A run fails when a node fails.'),
  mutates_checkout: ignored('Ion takes no lock on a directory.'),
  evidence_policy: unsupported('A last `bash` node can check what a run must leave behind.', {
    whenOff: 'A last `bash` node can check what a run must leave behind.',
  }),
  tags: ignored('Ion does not group workflows.'),
  requires: ignored('Let a first `bash` node check what the workflow needs.'),
  persist_sessions: agent(),
  worktree: ignored('Nodes run in the directory that the run was started for.'),
  container: unsupported('Nodes run on the host.', { whenOff: 'Nodes run on the host.' }),
  provider: done('Picks the configured agent of that name, else the default; any name is valid.'),
  model: agent(),
  effort: agent(),
  modelReasoningEffort: agent(),
  webSearchMode: agent(),
  thinking: agent(),
  fallbackModel: agent(),
  betas: agent(),
  sandbox: agent(),
}

/** The keys of an input. */
export const inputKeys: ArchonAnswers = {
  required: done(),
  default: done('Any JSON value.'),
  description: done(),
}

/** The keys of `evidence_policy`. */
export const evidencePolicyKeys: ArchonAnswers = { required: unsupported('See `evidence_policy`.') }

/** The keys of `worktree`. */
export const worktreeKeys: ArchonAnswers = { enabled: ignored('See `worktree`.') }

/** The keys of `container`. */
export const containerKeys: ArchonAnswers = {
  enabled: unsupported('See `container`.'),
  write_back: unsupported('See `container`.'),
}
