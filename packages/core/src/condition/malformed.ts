import type { SourceProblem } from '../template/problem.ts'
import type { Part } from './split-condition.ts'

/** Says that a part of a condition can't be read. */
export function malformed({ start, end }: Part, message: string, hint?: string): SourceProblem {
  const problem: SourceProblem = { code: 'ION2003', severity: 'error', message, start, end }
  return hint === undefined ? problem : { ...problem, hint }
}

/** Says that there are no parentheses. */
export function parentheses({ start }: Part): SourceProblem {
  const hint = '`&&` binds tighter than `||`, so `(a || b) && c` is `a && c || b && c`.'
  return malformed({ start, end: start + 1 }, 'Conditions have no parentheses.', hint)
}
