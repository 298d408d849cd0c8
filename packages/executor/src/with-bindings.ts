import { type JsonValue, type NodeDefinition, resolveWith, type Scope } from '@ion/core'

/** What a node's `with` gives it. */
export interface Bindings {
  values: ReadonlyMap<string, JsonValue>
  /** Where the node's references get their values: `$INPUTS.name` is the binding of that name, if there is one. */
  scope: Scope
}

/** @throws {UnresolvedReferenceError} when a binding has no value. */
export function bindWith(node: NodeDefinition, scope: Scope): Bindings {
  if (node.type !== 'script' && node.type !== 'command') return { values: new Map(), scope }
  const values = resolveWith(node.with, scope)
  return {
    values,
    scope: { ...scope, input: (name) => (values.has(name) ? values.get(name) : scope.input(name)) },
  }
}
