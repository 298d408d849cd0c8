import type { SourceProblem, TemplateContext } from '../template/problem.ts'
import type { Comparison, Condition } from './condition.ts'
import { parseComparison } from './parse-comparison.ts'
import { splitOutsideQuotes } from './split-condition.ts'

/**
 * Parses a `when` expression, all of it: a mistake in a clause that would never be reached is a mistake.
 *
 * ```
 * expression := clause ( '||' clause )*
 * clause     := comparison ( '&&' comparison )*
 * comparison := reference ( '==' | '!=' | '<=' | '>=' | '<' | '>' ) literal
 * reference  := $node.output, with a path like .items[0].name | $node.field | $node.status | $node.error
 *             | $node.exit_code | $INPUTS.name
 * literal    := 'text' | 12 | -1.5 | true | false
 * ```
 *
 * `$node.field` is short for `$node.output.field`, but for the fields `status`, `error` and `exit_code`.
 *
 * @returns `condition` is `null` when there is an error among the problems
 * @example
 * parseCondition("$test.exit_code == 0 && $plan.output.kind != 'docs'", context)
 */
export function parseCondition(
  source: string,
  context: TemplateContext,
): { condition: Condition | null; problems: SourceProblem[] } {
  const problems: SourceProblem[] = []
  const clauses: Comparison[][] = []
  for (const clause of splitOutsideQuotes(source, { separator: '||', start: 0, end: source.length })) {
    const comparisons: Comparison[] = []
    for (const part of splitOutsideQuotes(source, { separator: '&&', ...clause })) {
      const parsed = parseComparison(source, { ...part, context })
      problems.push(...parsed.problems)
      if (parsed.comparison !== null) comparisons.push(parsed.comparison)
    }
    clauses.push(comparisons)
  }
  const isWrong = problems.some((problem) => problem.severity === 'error')
  return { condition: isWrong ? null : { source, clauses }, problems }
}
