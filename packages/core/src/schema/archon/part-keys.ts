import { type ArchonAnswers, done, unsupported } from './archon-key.ts'

const group = unsupported('See `loop_group`.')
const fanOut = unsupported('See `fan_out`.')

/** The keys of `loop`. */
export const loopKeys: ArchonAnswers = {
  prompt: done(),
  command: done(),
  until: done(
    'Alone on a line or in a tag, never inside a sentence: `INCOMPLETE` and “not COMPLETE” end no loop.',
  ),
  until_bash: done('Has two minutes.'),
  until_field: done(),
  max_iterations: done('A resumed loop goes on behind its complete iterations.'),
  fresh_context: done(),
  interactive: done(),
  gate_message: done('May hold references.'),
  signal_completes: done(),
}

/** The keys of `loop_group`. */
export const loopGroupKeys: ArchonAnswers = {
  nodes: group,
  until: group,
  until_bash: group,
  max_iterations: group,
  fresh_context: group,
  interactive: group,
  gate_message: group,
  signal_completes: group,
}

/** The keys of `approval`. */
export const approvalKeys: ArchonAnswers = {
  message: done('May hold every reference.'),
  decisions: unsupported('A gate is approved or rejected; `capture_response` keeps what the person wrote.'),
  capture_response: done(),
  on_reject: done(),
}

/** The keys of `on_reject`. */
export const onRejectKeys: ArchonAnswers = {
  prompt: done(),
  max_attempts: done('How often the prompt runs: 1 runs it once.'),
}

/** The keys of an entry of `decisions`. */
export const decisionKeys: ArchonAnswers = {
  id: unsupported('See `decisions`.'),
  label: unsupported('See `decisions`.'),
}

/** The keys of `fan_out`. */
export const fanOutKeys: ArchonAnswers = { items: fanOut, as: fanOut, max_parallel: fanOut, join: fanOut }
