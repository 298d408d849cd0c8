import type { ScriptRuntime } from '../../definition.ts'
import type { ScriptLanguage } from './script-template.ts'

/** The language that a runtime runs. */
export function languageOfRuntime(runtime: ScriptRuntime): ScriptLanguage {
  return runtime === 'uv' || runtime === 'python' ? 'python' : 'typescript'
}
