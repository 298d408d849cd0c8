import type { UsageKey, UsageOfRuns, UsageRow, UsageStats } from '@ion/executor'
import { formatDuration } from './duration.ts'
import { oneLine } from './one-line.ts'
import { alignColumns } from './table.ts'
import { formatCost, formatTokens } from './usage-words.ts'

const numbers = ['RUNS', 'CALLS', 'FAILED', 'TOKENS IN', 'TOKENS OUT', 'COST', 'TIME']

/** Usage as a table: a line for each row, and where there are several one for all of them. Numbers are at the right of their columns. */
export function usageTable({ rows, totals }: UsageStats, by: readonly UsageKey[]): string[] {
  const cells = rows.map((row) => ({ names: by.map((key) => nameOf(row, key)), numbers: numbersOf(row) }))
  const total = { names: by.map((_, index) => (index === 0 ? 'total' : '')), numbers: numbersOf(totals) }
  const lines = [
    { names: by.map((key) => key.toUpperCase()), numbers },
    ...cells,
    ...(rows.length > 1 ? [total] : []),
  ]
  const widths = numbers.map((_, column) =>
    Math.max(...lines.map((line) => line.numbers[column]?.length ?? 0)),
  )
  return alignColumns(
    lines.map((line) => [
      ...line.names,
      ...line.numbers.map((cell, column) => cell.padStart(widths[column] ?? 0)),
    ]),
  )
}

/** What the signs in the table mean, where there are such. */
export function usageRemarks({ calls, unknownTokens, unknownCost }: UsageOfRuns): string[] {
  return [
    ...remark('tokens', { calls, unknown: unknownTokens }),
    ...remark('cost', { calls, unknown: unknownCost }),
  ]
}

function remark(what: string, { calls, unknown }: { calls: number; unknown: number }): string[] {
  if (unknown === 0) return []
  return [
    `${unknown} of ${calls === 1 ? '1 call' : `${calls} calls`} reported no ${what}: + is at least, ? is unknown`,
  ]
}

function nameOf(row: UsageRow, key: UsageKey): string {
  return oneLine(row[key] ?? '-')
}

function numbersOf(sum: UsageOfRuns): string[] {
  return [
    String(sum.runs),
    String(sum.calls),
    String(sum.failed),
    formatTokens(sum, 'inputTokens'),
    formatTokens(sum, 'outputTokens'),
    formatCost(sum),
    formatDuration(sum.durationMs),
  ]
}
