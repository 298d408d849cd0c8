import type { SourceProblem, TemplateContext } from '../problem.ts'
import type { ScriptLanguage, ScriptTemplate } from './script-template.ts'

/** The language of a script, and the names that references can be about. */
export interface ScriptContext extends TemplateContext {
  language: ScriptLanguage
}

/** Parses a script and finds out for every reference what it has to be written as. */
export function parseScriptTemplate(
  source: string,
  context: ScriptContext,
): { template: ScriptTemplate; problems: SourceProblem[] } {
  return { template: { source, language: context.language, segments: [source] }, problems: [] }
}
