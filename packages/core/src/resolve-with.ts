import type { WithValue } from './definition.ts'
import type { JsonValue } from './json.ts'
import type { Scope } from './scope.ts'
import { renderTemplate } from './template/render-template.ts'
import { resolveReference } from './template/resolve-reference.ts'

/**
 * The values of `with:`, in order of declaration.
 *
 * @throws UnresolvedReferenceError when a reference has no value.
 * @example
 * resolveWith(new Map([['count', { kind: 'literal', value: 3 }]]), scope) // Map { 'count' => 3 }
 */
export function resolveWith(values: ReadonlyMap<string, WithValue>, scope: Scope): Map<string, JsonValue> {
  return new Map(Array.from(values, ([name, value]) => [name, resolveValue(value, scope)]))
}

function resolveValue(value: WithValue, scope: Scope): JsonValue {
  switch (value.kind) {
    case 'literal':
      return value.value
    case 'template':
      return renderTemplate(value.template, scope)
    case 'reference': {
      const { reference } = value.reference
      const isSkipped = reference.kind === 'node' && scope.node(reference.nodeId)?.status === 'skipped'
      return isSkipped && value.ifSkipped !== undefined
        ? value.ifSkipped
        : resolveReference(value.reference, scope)
    }
  }
}
