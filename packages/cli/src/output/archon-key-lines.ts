import type { ArchonStanding, UsedArchonKey } from '@ion/core'
import { alignColumns } from './table.ts'

/** What a standing means, in the words that a person reads. */
const standings: { readonly [Standing in ArchonStanding]: string } = {
  done: 'done',
  agent: 'to the agent',
  ignored: 'ignored',
  unsupported: 'not supported',
}

/** A table of the keys of Archon that a workflow uses, with what becomes of each. */
export function archonKeyLines(used: readonly UsedArchonKey[]): string[] {
  const rows = used.map(({ level, key, standing, note, positions }) => [
    `${level}.${key}`,
    linesOf(positions),
    standings[standing],
    note,
  ])
  return rows.length === 0 ? [] : alignColumns([['KEY', 'LINE', 'ION', ''], ...rows])
}

/** The first lines; a key of every node would fill the screen. */
function linesOf(positions: UsedArchonKey['positions']): string {
  const lines = [...new Set(positions.map(({ line }) => line))]
  const shown = lines.slice(0, 3).join(', ')
  return lines.length > 3 ? `${shown} and ${lines.length - 3} more` : shown
}
