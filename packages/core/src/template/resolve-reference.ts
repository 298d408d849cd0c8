import type { JsonValue } from '../json.ts'
import type { NodeView, Scope } from '../scope.ts'
import { parseOutput } from './parse-output.ts'
import type { PlacedReference, Reference } from './reference.ts'

/** A reference has no value: what it names did not run, or its output has no such field. The message says which. */
export class UnresolvedReferenceError extends Error {
  readonly code = 'unresolved_reference'
  /** As the author wrote it. */
  readonly reference: string
  /** The node referred to; `null` for a variable or an input. */
  readonly nodeId: string | null
  /** The node whose text holds the reference, where the scope says so. */
  readonly reader: string | null

  constructor(reference: string, details: { reason: string; nodeId?: string; reader?: string | undefined }) {
    const where = details.reader === undefined ? '' : ` in the node \`${details.reader}\``
    super(`\`${reference}\`${where} has no value: ${details.reason}`)
    this.name = 'UnresolvedReferenceError'
    this.reference = reference
    this.nodeId = details.nodeId ?? null
    this.reader = details.reader ?? null
  }
}

/**
 * The value of a reference. A whole output, a status and an error are strings; an exit code is a number, or `''` where
 * no process ran; a field is the JSON value that stands there.
 *
 * An output is parsed as JSON when a field of it is asked for; a code fence around all of it is tolerated. A whole
 * number too big to be exact in JavaScript comes as a string with its digits.
 *
 * @throws UnresolvedReferenceError when there is no value.
 */
export function resolveReference(placed: PlacedReference, scope: Scope): JsonValue {
  const { reference, source } = placed
  if (reference.kind === 'node') return resolveNode(source, { reference, scope })
  const value = reference.kind === 'variable' ? scope.variable(reference.name) : scope.input(reference.name)
  if (value !== undefined) return value
  const reason =
    reference.kind === 'variable'
      ? 'the host gives none for it.'
      : `the input \`${reference.name}\` was not given and has no default.`
  throw new UnresolvedReferenceError(source, { reason, reader: scope.reader })
}

/**
 * A value as text: a string as it is, everything else as compact JSON.
 *
 * @example
 * referenceText({ a: null }) // '{"a":null}'
 */
export function referenceText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

type NodeReference = Extract<Reference, { kind: 'node' }>

function resolveNode(
  source: string,
  { reference, scope }: { reference: NodeReference; scope: Scope },
): JsonValue {
  const { nodeId, property, path } = reference
  const fail = (reason: string) =>
    new UnresolvedReferenceError(source, { reason, nodeId, reader: scope.reader })
  const node = scope.node(nodeId)
  if (node === undefined) {
    throw fail(`the node \`${nodeId}\` has not finished. List it in \`depends_on\`.`)
  }
  if (property === 'status') return node.status
  if (property === 'error') return node.error
  if (property === 'exit_code') return node.exitCode ?? ''
  if (path.length === 0) return node.output
  if (node.status === 'skipped') {
    throw fail(
      `the node \`${nodeId}\` was skipped, so its output has no fields. Test \`$${nodeId}.status\` in \`when\`, or refer to the whole \`$${nodeId}.output\`, which is empty.`,
    )
  }
  return resolvePath(node, { nodeId, path, fail })
}

function resolvePath(
  node: NodeView,
  { nodeId, path, fail }: { nodeId: string; path: (string | number)[]; fail(reason: string): Error },
): JsonValue {
  const output = parseOutput(node.output)
  if (output === undefined) {
    throw fail(
      `the output of the node \`${nodeId}\`${node.status === 'failed' ? ' (which failed)' : ''} is not JSON, so it has no field \`${pathText(path).replace(/^\./, '')}\`. It begins: ${preview(node.output)}. ${textAfter(nodeId, path)}`,
    )
  }
  let value = output.value
  for (const [depth, key] of path.entries()) {
    const next = member(value, key)
    if (next === undefined) {
      const there = `${nodeId}.output${pathText(path.slice(0, depth))}`
      const rest = path.slice(depth)
      throw fail(
        `\`$${there}\` of the node \`${nodeId}\` is ${describe(value)}; it has no \`${pathText(rest).replace(/^\./, '')}\`. ${textAfter(there, rest, true)}`,
      )
    }
    value = next
  }
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return output.digits(path) ?? value
  }
  return value
}

/** An own member, so that no key reaches into JavaScript's prototypes. */
function member(value: JsonValue, key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined
  if (value === null || typeof value !== 'object' || typeof key === 'number') return undefined
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function describe(value: JsonValue): string {
  if (value === null) return '`null`'
  if (Array.isArray(value))
    return value.length === 1 ? 'an array of 1 item' : `an array of ${value.length} items`
  if (typeof value !== 'object') return `a ${typeof value}, ${preview(referenceText(value))}`
  const keys = Object.keys(value)
  if (keys.length === 0) return 'an object without keys'
  const shown = keys.slice(0, 12).map((key) => `\`${key}\``)
  return `an object with ${shown.join(', ')}${keys.length > shown.length ? ', …' : ''}`
}

function preview(text: string): string {
  if (text === '') return '(nothing; it is empty)'
  const shown = text.slice(0, 60)
  return `${JSON.stringify(shown)}${shown.length < text.length ? '…' : ''}`
}

function pathText(path: (string | number)[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
}

/** How to write text after a reference: the usual reason why a path asks for what isn't there. */
function textAfter(whole: string, rest: (string | number)[], isWhole = false): string {
  const reference = isWhole ? whole : `${whole}.output`
  const text = pathText(rest)
  return `If \`${text}\` is meant as text, write \`\${${reference}}${text}\`, in bash \`"$${reference}"'${text}'\`. If it is a member in a script, write \`($${reference})${text}\`.`
}
