import { matchReference, type ReferenceMatch } from '../match-reference.ts'
import type { Reference } from '../reference.ts'
import {
  fileEnding,
  loopPrevUnsupported,
  nearlyNode,
  nearlyProperty,
  type Place,
  unknownInput,
  unknownNode,
} from '../reference-problems.ts'
import type { ScriptReading } from './reading.ts'
import type { ScriptPlace } from './script-template.ts'

/**
 * Reads a reference at a `$`, and goes behind it.
 *
 * @returns whether there is one, right or wrong.
 */
export function readDollar(reading: ScriptReading, place: ScriptPlace): boolean {
  const { text, at: start } = reading
  const match = matchAt(reading, start, place)
  if (match === null) return false
  const span = { start, end: match.end }
  if (!meansReference(match, reading)) {
    doubt(match, span, reading)
    return false
  }
  const reference = toReference(match, { span, place, reading })
  if (reference !== null)
    reading.references.push({ reference, source: text.slice(start, match.end), ...span, place })
  reading.at = match.end
  return true
}

/** The end of the reference that would be read at a `$`; `null` when there is none. */
export function endOfReference(reading: ScriptReading, at: number, place: ScriptPlace): number | null {
  const match = matchAt(reading, at, place)
  return match !== null && meansReference(match, reading) ? match.end : null
}

function matchAt({ text, context }: ScriptReading, at: number, place: ScriptPlace): ReferenceMatch | null {
  const isCode = place.kind === 'code' || place.kind === 'python-field'
  const match = matchReference(text, at, context.nodeIds, isCode ? 'whole' : 'text')
  return isCode && match?.kind === 'node' ? withoutCall(match, text) : match
}

type NodeMatch = Extract<ReferenceMatch, { kind: 'node' }>

const call = /\s*(?:\?\.\s*)?\(/y

/** A key that is called is a method of the value: in `$a.output.items.map(…)` the path is `items`. */
function withoutCall(match: NodeMatch, text: string): NodeMatch {
  const last = match.path.at(-1)
  call.lastIndex = match.end
  if (typeof last !== 'string' || !call.test(text)) return match
  return { ...match, path: match.path.slice(0, -1), end: match.end - last.length - 1 }
}

function meansReference(match: ReferenceMatch, reading: ScriptReading): boolean {
  if (match.kind !== 'node') return match.kind !== 'dotted'
  if (reading.context.nodeIds.has(match.nodeId)) return true
  return match.property === 'output' && !isOwnVariable(match.nodeId, reading)
}

const declaration = /(?<![\w$.])\$(\w+)\s{0,100}(?:[,)}\]:]|=[^=]|of\s|in\s)/g

/** Whether a script of JavaScript has a variable `$name` of its own. */
function isOwnVariable(nodeId: string, reading: ScriptReading): boolean {
  if (reading.context.language !== 'typescript') return false
  reading.ownVariables ??= new Set(Array.from(reading.text.matchAll(declaration), ([, name = '']) => name))
  return reading.ownVariables.has(/^\w+/.exec(nodeId)?.[0] ?? nodeId)
}

interface Judging {
  span: Place
  place: ScriptPlace
  reading: ScriptReading
}

function toReference(match: ReferenceMatch, { span, place, reading }: Judging): Reference | null {
  const { problems, context } = reading
  switch (match.kind) {
    case 'variable':
      return { kind: 'variable', name: match.name }
    case 'input':
      if (!context.inputs.has(match.name)) problems.push(unknownInput(span, match.name, context.inputs))
      return { kind: 'input', name: match.name }
    case 'node': {
      const { nodeId, property, path } = match
      if (!context.nodeIds.has(nodeId)) {
        problems.push(unknownNode(span, nodeId, context.nodeIds, textHint(place)))
        return null
      }
      const isString = place.kind !== 'code' && place.kind !== 'python-field'
      const ending = isString ? fileEnding(span, match, (whole, rest) => `\`"$${whole}" + "${rest}"\``) : null
      if (ending !== null) problems.push(ending)
      return { kind: 'node', nodeId, property, path }
    }
    case 'loop_prev':
      problems.push(loopPrevUnsupported(span))
      return null
    case 'dotted':
      return null
  }
}

function textHint({ kind }: ScriptPlace): string | undefined {
  if (kind === 'code' || kind === 'python-field' || kind === 'python-plain') return undefined
  return 'To have it as text, put a backslash before the `$`.'
}

/** Warns of text that is nearly a reference. */
function doubt(match: ReferenceMatch, span: Place, { context, problems }: ScriptReading): void {
  if (match.kind === 'node') {
    const doubtful = nearlyNode(span, match, context.nodeIds)
    if (doubtful !== null) problems.push(doubtful)
  }
  if (match.kind === 'dotted' && context.nodeIds.has(match.nodeId)) {
    const doubtful = nearlyProperty(span, match.nodeId, match.word)
    if (doubtful !== null) problems.push(doubtful)
  }
}
