import type { RunResult } from '@ion/executor'
import type { UsageTotals } from '@ion/store'
import type { Terminal } from '../terminal.ts'
import { countNodes } from './counts.ts'
import { approveWords, rejectWords } from './gate-commands.ts'
import { type RunEnding, type RunReporter, type RunView, resultOutput } from './run-reporter.ts'

/** Tells a program: every event as a line of JSON, and at the end one line about the run. */
export function jsonReporter(terminal: Terminal, view: RunView): RunReporter {
  return {
    onEvent: (event) => terminal.printJson({ schema: 'ion/event@1', ...event }),
    finished: async (ending) => terminal.printJson(runFinished(view, ending)),
  }
}

/** How an execution ended, as data. */
export function runFinished(view: RunView, { result, exitCode, durationMs }: RunEnding) {
  const { runId, workflowName, status, executed, error, reason, usage } = result
  const declared = view.workflow?.nodes.map(({ id }) => id) ?? []
  return {
    schema: 'ion/run-finished@1',
    runId,
    workflowName,
    status,
    exitCode,
    executed,
    durationMs,
    result: resultOutput(view, result),
    outputs: Object.fromEntries(result.outputs),
    error,
    reason,
    nodes: countNodes(result.nodes, declared),
    gates: gatesAsData(view, result),
    usage: usageAsData(usage),
  }
}

function gatesAsData(view: RunView, { gates }: RunResult) {
  return gates.map((gate) => ({
    ...gate,
    approve: view.command(...approveWords(view, gate)),
    reject: view.command(...rejectWords(view, gate)),
  }))
}

/** Usage totals as data: models by name. */
export function usageAsData({ models, ...sum }: UsageTotals) {
  return { ...sum, models: Object.fromEntries(models) }
}
