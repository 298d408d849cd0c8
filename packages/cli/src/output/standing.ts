import { failedNodes } from './failure-lines.ts'
import { approveWords, rejectWords } from './gate-commands.ts'
import { printable } from './printable.ts'
import type { RunEnding, RunView } from './run-reporter.ts'
import { alignColumns } from './table.ts'

/** How a run that has not simply completed or failed stands, in words. */
export function standing(view: RunView, { result }: RunEnding): string[] {
  const { status, reason, gates, executed } = result
  switch (status) {
    case 'completed':
      return executed ? [] : [`run ${view.shortId} is completed: nothing to do`]
    case 'cancelled':
      return [`cancelled${reason ? `: ${printable(reason)}` : ''}`]
    case 'paused':
      return gates.map(
        ({ node, message, done }) =>
          `${node} ${done ? 'says it is done, and ' : ''}waits for an answer${message ? `: ${printable(message)}` : ''}`,
      )
    case 'interrupted':
      return ['interrupted; what is complete is kept']
    case 'failed':
      return []
  }
}

/** The commands to type next, as they work. */
export function nextSteps(view: RunView, { result }: RunEnding): string[] {
  const { shortId, command } = view
  switch (result.status) {
    case 'completed':
    case 'cancelled':
      return alignColumns([['details:', command('show', shortId)]])
    case 'interrupted':
      return alignColumns([['resume:', command('resume', shortId)]])
    case 'paused':
      if (result.gates.length === 0) return alignColumns([['resume:', command('resume', shortId)]])
      return alignColumns(
        result.gates.flatMap((gate) => [
          ['approve:', command(...approveWords(view, gate))],
          ['reject:', command(...rejectWords(view, gate))],
        ]),
      )
    case 'failed':
      return alignColumns([
        ['resume:', command('resume', shortId)],
        ...failedNodes(result)
          .slice(0, 1)
          .map(({ path }) => ['logs:', command('logs', shortId, path)]),
      ])
  }
}
