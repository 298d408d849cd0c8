import type { Level } from './level.ts'

/** What other tools call things, and what Ion calls them. */
const words: { readonly [Place in Level]?: { readonly [ion: string]: readonly string[] } } = {
  workflow: {
    nodes: ['steps', 'jobs', 'tasks', 'stages', 'states', 'activities'],
    inputs: ['params', 'parameters', 'args', 'arguments', 'variables', 'vars'],
    max_parallel: [
      'parallel',
      'parallelism',
      'concurrency',
      'max_concurrency',
      'max_parallelism',
      'max_workers',
    ],
    name: ['title', 'workflow'],
    description: ['summary', 'doc'],
    defaults: ['default', 'node_defaults'],
  },
  node: {
    depends_on: ['needs', 'after', 'depends', 'dependencies', 'requires', 'upstream', 'parents'],
    when: ['if', 'condition', 'only_if', 'run_if'],
    bash: ['run', 'sh', 'shell', 'exec', 'cmd'],
    prompt: ['ask', 'llm', 'instructions'],
    approval: ['gate', 'confirm', 'approve'],
    loop: ['repeat', 'while', 'until'],
    retry: ['retries', 'max_retries', 'retry_policy'],
    timeout: ['timeout_ms', 'timeout_sec', 'timeout_seconds', 'timeout_minutes'],
    idle_timeout: ['idle_timeout_ms', 'inactivity_timeout'],
    cwd: ['working_directory', 'working_dir', 'workdir', 'dir', 'directory'],
    env: ['environment'],
    allow_failure: ['continue_on_error', 'ignore_errors', 'ignore_failure', 'soft_fail'],
    trigger_rule: ['trigger', 'join'],
    on_interrupt: ['on_crash'],
  },
  loop: {
    max_iterations: ['iterations', 'max_iter', 'max_loops', 'limit', 'times'],
    until: ['stop_when', 'done_when', 'signal'],
    until_bash: ['until_command', 'until_script'],
    fresh_context: ['fresh'],
  },
  approval: { message: ['prompt', 'text', 'question'], capture_response: ['capture'] },
  retry: {
    max_attempts: ['attempts', 'max_retries', 'retries', 'limit', 'count', 'times', 'max'],
    delay_ms: ['delay', 'interval', 'backoff', 'wait'],
    on_error: ['on', 'when', 'on_failure'],
  },
  input: { default: ['value'], enum: ['options', 'choices', 'values'], description: ['help'] },
}

/** Ion's word for another tool's; `undefined` when there is none. */
export function ionWord(level: Level, foreign: string): string | undefined {
  const found = Object.entries(words[level] ?? {}).find(([, others]) => others.includes(foreign))
  return found?.[0]
}
