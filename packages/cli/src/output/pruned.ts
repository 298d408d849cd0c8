import type { KeptReason, PruneResult } from '@ion/executor'
import { alignColumns } from './table.ts'

const reasons: readonly (readonly [KeptReason, string])[] = [
  ['status', 'not ended, or with another status'],
  ['newest', 'among the newest of their workflow'],
  ['recent', 'ended too lately'],
  ['held', 'held by an executor'],
  ['changed', 'resumed meanwhile'],
  ['damaged', "damaged: can't be read"],
]

/** A number of runs in words. */
export function runCount(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`
}

/** How many runs stay, and why. */
export function keptInWords(kept: PruneResult['kept']): string[] {
  return alignColumns(
    reasons
      .filter(([reason]) => kept[reason] > 0)
      .map(([reason, why]) => ['kept', String(kept[reason]), why]),
  )
}
