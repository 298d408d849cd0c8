import { resolve } from 'node:path'
import { renderTemplate, type Scope } from '@ion/core'
import type { CallLog } from './agent/call-log.ts'
import type { NodeContext, NodeResult } from './node-context.ts'
import { nodeEnvironment } from './node-environment.ts'
import { NodeFailure } from './node-failure.ts'
import { NodeLog } from './node-log.ts'
import { runBash } from './nodes/bash.ts'
import { runCancel } from './nodes/cancel.ts'
import { runCommand } from './nodes/command.ts'
import { runIteration } from './nodes/loop.ts'
import { runPrompt } from './nodes/prompt.ts'
import { runRework } from './nodes/rework.ts'
import { runScript } from './nodes/script.ts'
import { OutputSink } from './output-sink.ts'
import { logFile } from './run-folder.ts'
import type { RunSetting } from './run-setting.ts'
import type { Unit } from './unit.ts'
import { bindWith } from './with-bindings.ts'

const defaultMaxOutputBytes = 16 * 1024 * 1024
const defaultKillAfterMs = 5_000

export interface UnitRun {
  setting: RunSetting
  unit: Unit
  attempt: number
  /** Counts reruns of the node: work of another generation is other work. */
  generation: number
  scope: Scope
  previous: NodeContext['previous']
  session: NodeContext['session']
  /** Is told of every call of the agent. */
  calls: CallLog
  signal: AbortSignal
  /** To be called at every sign of life. */
  alive(): void
}

/** Runs one body: gives its runner everything it may use, and closes its log behind it. */
export async function runUnit(run: UnitRun): Promise<NodeResult> {
  const { setting, unit, attempt } = run
  const output = new OutputSink({
    source: { runId: setting.run.id, nodeId: unit.path, attempt },
    log: new NodeLog(logFile(setting.folder, unit.path, attempt)),
    watchers: setting.options,
    noted: (entry) => setting.logBook.note(entry),
    masker: setting.masker,
  })
  try {
    const result = await dispatch(unit, contextOf(run, output))
    await output.close()
    return result
  } catch (error) {
    await output.close().catch(() => {})
    throw error
  }
}

function dispatch(unit: Unit, context: NodeContext): Promise<NodeResult> {
  const { node } = unit
  switch (node.type) {
    case 'bash':
      return runBash(node, context)
    case 'script':
      return runScript(node, context)
    case 'prompt':
      return runPrompt(node, context)
    case 'command':
      return runCommand(node, context)
    case 'loop':
      return runIteration(node, context)
    case 'cancel':
      return runCancel(node, context)
    case 'approval':
      return runRework(node, context)
  }
}

function contextOf(run: UnitRun, output: OutputSink): NodeContext {
  const { setting, unit, attempt, generation, signal, alive } = run
  const { options, folder, commands, scripts } = setting
  const { values: bindings, scope } = bindWith(unit.node, run.scope)
  const runId = setting.run.id
  const idempotencyKey = `${runId}:${unit.path}${generation > 0 ? `:${generation}` : ''}`
  const { cwd } = unit.node
  let env: NodeContext['env'] | undefined
  return {
    runId,
    workflowName: setting.workflow.name,
    path: unit.path,
    attempt,
    idempotencyKey,
    scope,
    cwd: cwd ? resolve(setting.cwd, renderTemplate(cwd, scope)) : setting.cwd,
    runCwd: setting.cwd,
    // Made when it is asked for: what runs in this process needs none, and it takes a good part of such a node's time.
    get env() {
      env ??= nodeEnvironment({ setting, unit, attempt, idempotencyKey, scope, bindings })
      return env
    },
    signal,
    killAfterMs: options.killAfterMs ?? defaultKillAfterMs,
    maxOutputBytes: options.maxOutputBytes ?? defaultMaxOutputBytes,
    scratch: folder.scratch,
    logPath: output.logPath,
    output(stream, bytes) {
      alive()
      return output.write(stream, bytes)
    },
    log(level, message, data) {
      alive()
      output.note(level, message, data)
    },
    session: run.session,
    prompt: options.prompt ?? null,
    agentName(agent) {
      if (options.agentName) return options.agentName(agent)
      return typeof agent.provider === 'string' ? agent.provider : undefined
    },
    calls: run.calls,
    command(name) {
      const text = commands.get(name)
      if (!text) throw new NodeFailure('missing_command', `the run has no text for the command ${name}`)
      return text
    },
    script() {
      const plan = scripts.get(unit.node.id)
      if (!plan) throw new NodeFailure('missing_runtime', 'nothing was chosen to run the script')
      return plan
    },
    previous: run.previous,
  }
}
