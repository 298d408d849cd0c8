import type { Scope } from '../scope.ts'
import { referenceText, resolveReference } from './resolve-reference.ts'
import type { Template } from './template.ts'

/**
 * Puts the values in. They are never looked at for references again, whatever is in them.
 *
 * @throws UnresolvedReferenceError when a reference has no value.
 */
export function renderTemplate(template: Template, scope: Scope): string {
  return template.segments
    .map((segment) =>
      typeof segment === 'string' ? segment : referenceText(resolveReference(segment, scope)),
    )
    .join('')
}
