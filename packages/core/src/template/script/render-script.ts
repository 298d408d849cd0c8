import type { Scope } from '../../scope.ts'
import { resolveReference } from '../resolve-reference.ts'
import type { ScriptTemplate } from './script-template.ts'

/** Writes the values into the script. Its lines stay those of the author. */
export function renderScript(template: ScriptTemplate, scope: Scope): string {
  return template.segments
    .map((segment) =>
      typeof segment === 'string' ? segment : JSON.stringify(resolveReference(segment, scope)),
    )
    .join('')
}
