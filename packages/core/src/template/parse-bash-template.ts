import { scriptNames } from './bash/assigned-names.ts'
import { readScript } from './bash/read-script.ts'
import { rewriteScript } from './bash/rewrite-script.ts'
import type { BashTemplate } from './bash-template.ts'
import type { SourceProblem, TemplateContext } from './problem.ts'
import { variableNames } from './reference.ts'

/**
 * Parses a bash script and gives every reference the form of a shell variable that its quoting context needs, so that
 * `$a.output` and `"$a.output"` are the same bytes, whatever the value is. Everything else is bash's own and stays as
 * it is, but for here-documents with a quoted delimiter: one that has references gets an unquoted delimiter and escapes,
 * which come to the same bytes.
 *
 * Where bash would evaluate a value as an expression (`$((…))`, `((…))`, `[[ … -gt … ]]`, an index, `${x:offset}`) only a
 * whole number gets through; bash refuses anything else with a message that names the reference.
 *
 * @example
 * parseBashTemplate("echo $a.output '$a.output'", { nodeIds: new Set(['a']), inputs: new Set() }).template.script
 * // `echo "${ION_REF_1}" ''"${ION_REF_1}"''`
 */
export function parseBashTemplate(
  source: string,
  context: TemplateContext,
): { template: BashTemplate; problems: SourceProblem[] } {
  const nothing: ReadonlySet<string> = new Set()
  const first = readScript(source, { ...context, assigned: nothing, associative: nothing, foreign: nothing })
  const names = scriptNames(withoutComments(source, first.comments))
  const found = readScript(source, { ...context, ...names })
  const { script, bindings } = rewriteScript(source, found)
  const variables = variableNames.filter((name) => found.variables.has(name))
  const problems = found.problems.toSorted((a, b) => a.start - b.start)
  return { template: { source, script, bindings, variables }, problems }
}

function withoutComments(source: string, comments: { start: number; end: number }[]): string {
  let text = ''
  let done = 0
  for (const { start, end } of comments) {
    if (start < done) continue
    text += source.slice(done, start)
    done = end
  }
  return text + source.slice(done)
}
