import { type ArchonAnswers, agent, done, ignored, unsupported } from './archon-key.ts'

const makesNode = { makesNode: true } as const

/** The keys of a node, those that make it what it is first. */
export const nodeKeys: ArchonAnswers = {
  command: done('References in the file are checked before the run starts.'),
  prompt: done(),
  bash: done('`$x.output` and `"$x.output"` give the same bytes.'),
  script: done('A text that can be the name of a file is one.'),
  loop: done(),
  approval: done(),
  cancel: done('Nodes that still run are ended.'),
  loop_group: unsupported('A `loop` repeats one prompt; a `bash` node can start another run.', makesNode),
  include: unsupported('Copy the nodes of the included workflow.', makesNode),
  workflow: unsupported('Start the other workflow from a `bash` node: `ion run other`.', makesNode),
  id: done('Up to 64 letters, digits, `_` and `-`, beginning with a letter or `_`.'),
  description: done(),
  depends_on: done('One id needs no list.'),
  when: done('Checked when the workflow is read; can look at `$node.status` and `$node.exit_code` as well.'),
  trigger_rule: done('A skip that follows from a failure counts as one for `none_failed_min_one_success`.'),
  retry: done('On every node that runs something, loops included.'),
  timeout: done('On agents too; `90s` as well as 90000.'),
  idle_timeout: done('On `bash` and `script` too. Silence fails the node; it never completes one.'),
  always_run: ignored('A completed node keeps its outcome when the run is resumed.'),
  output_type: ignored('The output is in the result under the id of the node.'),
  with: done('On `command` and `script`.'),
  runtime: done('`node` and `python` besides; may be left out where the ending of a file says it.'),
  deps: done('For every runtime, `bun` included.'),
  fan_out: unsupported('It belongs to `workflow` nodes.'),
  isolation: unsupported('It belongs to `workflow` nodes.'),
  input: unsupported('It belongs to `workflow` nodes.'),
  mutates_checkout: ignored('Ion takes no lock on a directory.'),
  interactive: unsupported('Write it under `loop:`, or add an `approval` node.', {
    whenOff: 'A run waits wherever an `approval` node or an interactive loop says so.',
  }),
  provider: done('Picks the configured agent of that name, else the default; any name is valid.'),
  context: done(),
  output_format: done('Handed to the agent, and what it answers is checked.'),
  model: agent('On a loop too.'),
  agent: agent(),
  allowed_tools: agent(),
  denied_tools: agent(),
  hooks: agent(),
  mcp: agent(),
  skills: agent(),
  agents: agent('With all that stands in it.'),
  pi: agent('With all that stands in it.'),
  effort: agent(),
  modelReasoningEffort: agent(),
  webSearchMode: agent(),
  thinking: agent(),
  maxBudgetUsd: agent(),
  systemPrompt: agent(),
  fallbackModel: agent(),
  settingSources: agent(),
  betas: agent(),
  sandbox: agent(),
  persist_session: agent(),
}

/** The keys of `retry`. */
export const retryKeys: ArchonAnswers = {
  max_attempts: done('How many tries follow the first, as there; 0 to 100.'),
  delay_ms: done('Doubled for each later try, up to an hour, and scattered.'),
  on_error: done('What is transient is decided by the kind of failure, never by words in a text.'),
}

/** The keys of `context` where it is a mapping. */
export const contextKeys: ArchonAnswers = { resume: done() }

/** The keys of a value under `with` that is a mapping. */
export const withKeys: ArchonAnswers = { from: done(), if_skipped: done() }
