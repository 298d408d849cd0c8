import type { TemplateContext } from '../problem.ts'
import type { ScriptLanguage } from './script-template.ts'

/** The language of a script, and the names that references can be about. */
export interface ScriptContext extends TemplateContext {
  language: ScriptLanguage
}
