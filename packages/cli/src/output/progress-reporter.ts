import type { WorkflowEvent } from '@ion/store'
import type { Terminal } from '../terminal.ts'
import { countNodes, formatCounts } from './counts.ts'
import { warningLines } from './diagnostics.ts'
import { failureLines } from './failure-lines.ts'
import { formatNodeLine, nameWidth } from './format-node-line.ts'
import { eventLine } from './node-line.ts'
import { type RunReporter, type RunView, resultOutput } from './run-reporter.ts'
import { nextSteps, standing } from './standing.ts'
import { warningsOf } from './start-warnings.ts'

/** Tells a person, line by line on stderr, and prints the run's result on stdout. */
export function progressReporter(terminal: Terminal, view: RunView, quiet: boolean): RunReporter {
  const { colors } = terminal
  const width = nameWidth(view.workflow?.nodes.map(({ id }) => id) ?? [])
  let begun = false
  return {
    onEvent(event) {
      if (!begun && event.type === 'workflow_started') {
        begun = true
        for (const line of heading(view, event)) terminal.note(line)
        for (const line of warningLines(warningsOf(event))) terminal.note(line)
      }
      const line = eventLine(event)
      if (line) terminal.note(formatNodeLine(line, width, colors))
    },
    async finished(ending) {
      const { result } = ending
      for (const line of await failureLines(view, result)) terminal.note(line)
      for (const line of standing(view, ending)) terminal.note(line)
      const counts = countNodes(result.nodes, view.workflow?.nodes.map(({ id }) => id) ?? [])
      const summary = formatCounts(counts, ending.durationMs)
      if (quiet) terminal.say(`run ${view.shortId} ${result.status}: ${summary}`)
      else if (result.executed) terminal.note(summary)
      for (const line of nextSteps(view, ending)) terminal.note(line)
      const output = resultOutput(view, result)
      if (output) await terminal.write(output.endsWith('\n') ? output : `${output}\n`)
    },
  }
}

function heading({ shortId, workflowName, kept }: RunView, event: WorkflowEvent): string[] {
  const resumed = event.type === 'workflow_started' && event.payload.resumed === true
  const lines = [`run ${shortId}  ${workflowName}${resumed ? '  (resumed)' : ''}`]
  if (resumed && kept.length > 0) lines.push(`  kept  ${kept.join(', ')}`)
  return lines
}
