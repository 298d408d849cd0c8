import type { SourceProblem } from '../problem.ts'
import { readJavaScript } from './javascript.ts'
import { readPython } from './python.ts'
import type { ScriptReading } from './reading.ts'
import type { ScriptContext } from './script-context.ts'
import type { ScriptSegment, ScriptTemplate } from './script-template.ts'

/**
 * Parses a script and finds out for every reference what it has to be written as: among expressions a literal, in a string
 * text that is escaped for that very kind of string. In comments references are left alone. There is no form with braces:
 * `${…}` in a template literal is JavaScript's own.
 *
 * In a string a backslash before a reference makes it text. Behind an output a key that is called is no part of the
 * reference: `$a.output.items.map(…)` calls a method of `$a.output.items`.
 *
 * @example
 * const context = { language: 'python', nodeIds: new Set(['a']), inputs: new Set() } as const
 * renderScript(parseScriptTemplate('print($a.output)', context).template, scope) // print("it's")
 */
export function parseScriptTemplate(
  source: string,
  context: ScriptContext,
): { template: ScriptTemplate; problems: SourceProblem[] } {
  const reading: ScriptReading = { text: source, context, at: 0, references: [], edits: [], problems: [] }
  if (context.language === 'python') readPython(reading)
  else readJavaScript(reading)
  const problems = reading.problems.toSorted((a, b) => a.start - b.start)
  return { template: { source, language: context.language, segments: segmentsOf(reading) }, problems }
}

function segmentsOf({ text, references, edits }: ScriptReading): ScriptSegment[] {
  const segments: ScriptSegment[] = []
  let literal = ''
  let done = 0
  for (const change of [...references, ...edits].sort((a, b) => a.start - b.start)) {
    literal += text.slice(done, change.start)
    done = change.end
    if ('text' in change) literal += change.text
    else {
      if (literal !== '') segments.push(literal)
      literal = ''
      segments.push(change)
    }
  }
  literal += text.slice(done)
  if (literal !== '') segments.push(literal)
  return segments
}
