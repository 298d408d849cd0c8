import type { Scope } from '../scope.ts'
import { referenceText, resolveReference } from '../template/resolve-reference.ts'
import type { Comparison, Condition } from './condition.ts'

/** What a condition came to, and why. */
export interface ConditionResult {
  result: boolean
  /** The comparisons that were looked at, in order; the rest could not change the result. */
  comparisons: EvaluatedComparison[]
  /** Why the condition can't be judged; then it does not hold. */
  problem?: string
}

/** One comparison with the values it was made with. */
export interface EvaluatedComparison {
  /** As the author wrote it. */
  expression: string
  left: string
  operator: Comparison['operator']
  right: string
  holds: boolean
}

/**
 * Judges a condition. `==` and `!=` compare texts (`12` is not `12.0`; other JSON values are compact JSON). The others
 * compare the numbers that the texts begin with, so `3 apples` is 3; where one is no number, the whole condition does
 * not hold, and `problem` says so.
 *
 * @throws UnresolvedReferenceError when a reference that is reached has no value.
 */
export function evaluateCondition(condition: Condition, scope: Scope): ConditionResult {
  const comparisons: EvaluatedComparison[] = []
  for (const clause of condition.clauses) {
    let holds = true
    for (const comparison of clause) {
      const evaluated = evaluate(comparison, { condition, scope })
      comparisons.push(evaluated)
      const problem = notOrdered(evaluated)
      if (problem !== undefined) return { result: false, comparisons, problem }
      holds = evaluated.holds
      if (!holds) break
    }
    if (holds) return { result: true, comparisons }
  }
  return { result: false, comparisons }
}

function evaluate(
  { left, operator, right, start, end }: Comparison,
  { condition, scope }: { condition: Condition; scope: Scope },
): EvaluatedComparison {
  const value = referenceText(resolveReference(left, scope))
  const expression = condition.source.slice(start, end)
  return { expression, left: value, operator, right, holds: compare(value, { operator, right }) }
}

function compare(left: string, { operator, right }: Pick<Comparison, 'operator' | 'right'>): boolean {
  switch (operator) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return Number.parseFloat(left) < Number.parseFloat(right)
    case '<=':
      return Number.parseFloat(left) <= Number.parseFloat(right)
    case '>':
      return Number.parseFloat(left) > Number.parseFloat(right)
    case '>=':
      return Number.parseFloat(left) >= Number.parseFloat(right)
  }
}

function notOrdered({ expression, left, operator, right }: EvaluatedComparison): string | undefined {
  if (operator === '==' || operator === '!=') return undefined
  const text = [left, right].find((side) => Number.isNaN(Number.parseFloat(side)))
  if (text === undefined) return undefined
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
  return `\`${expression}\` compares numbers, and ${shown} is none.`
}
