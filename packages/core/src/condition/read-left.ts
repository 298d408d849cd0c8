import { isNodeProperty, isVariableName, matchPath } from '../template/match-reference.ts'
import type { SourceProblem, TemplateContext } from '../template/problem.ts'
import type { PlacedReference, Reference } from '../template/reference.ts'
import { loopPrevUnsupported, unknownInput, unknownNode } from '../template/reference-problems.ts'
import { malformed, parentheses } from './malformed.ts'
import type { Part } from './split-condition.ts'

/** The left side of a comparison. */
export interface Left {
  /** `null` when it can't be read, and what follows neither. */
  reference: PlacedReference | null
  end: number
  problems: SourceProblem[]
}

const head = /^\$([A-Za-z_][A-Za-z0-9_-]*)(?:\.([A-Za-z_][A-Za-z0-9_-]*))?/
const word = /^[A-Za-z_][A-Za-z0-9_]*/
const goesOn = /^(?:[\w-]|\.\S|\[)[^\s=!<>]*/

/** Reads the reference that a comparison begins with. */
export function readLeft(source: string, place: Part & { context: TemplateContext }): Left {
  const text = source.slice(place.start, place.end)
  const [all, name, rest] = head.exec(text) ?? []
  if (all === undefined || name === undefined) return fail(place, noReference(text, place))
  if (rest === undefined)
    return fail(place, notDotted(name, { start: place.start, end: place.start + all.length }))
  const read = name === 'INPUTS' ? input(rest) : node(text, name)
  const end = place.start + read.length
  const whole = { start: place.start, end }
  if (name === 'LOOP_PREV')
    return fail(place, loopPrevUnsupported({ start: place.start, end: place.start + all.length }))
  const more = goesOn.exec(text.slice(read.length))?.[0]
  if (more !== undefined)
    return fail(place, goesOnWrongly(text.slice(0, read.length), { more, at: end, read }))
  const reference = { reference: read.reference, source: text.slice(0, read.length), ...whole }
  const problem = check(read.reference, { ...whole, context: place.context })
  return { reference, end, problems: problem === null ? [] : [problem] }
}

interface Read {
  reference: Reference
  length: number
  /** Written as `$node.field`. */
  short: boolean
}

function input(name: string): Read {
  return { reference: { kind: 'input', name }, length: '$INPUTS.'.length + name.length, short: false }
}

function node(text: string, nodeId: string): Read {
  const dot = 1 + nodeId.length
  const field = word.exec(text.slice(dot + 1))?.[0] ?? ''
  const end = dot + 1 + field.length
  if (!isNodeProperty(field)) {
    const reference: Reference = { kind: 'node', nodeId, property: 'output', path: [field] }
    return { reference, length: end, short: true }
  }
  const path = field === 'output' ? matchPath(text, end, 'whole') : { keys: [], end }
  const reference: Reference = { kind: 'node', nodeId, property: field, path: path.keys }
  return { reference, length: path.end, short: false }
}

function check(reference: Reference, place: Part & { context: TemplateContext }): SourceProblem | null {
  const { context, start, end } = place
  if (reference.kind === 'input' && !context.inputs.has(reference.name)) {
    return unknownInput({ start, end }, reference.name, context.inputs)
  }
  if (reference.kind === 'node' && !context.nodeIds.has(reference.nodeId)) {
    return unknownNode({ start, end }, reference.nodeId, context.nodeIds)
  }
  return null
}

function fail({ end }: Part, problem: SourceProblem): Left {
  return { reference: null, end, problems: [problem] }
}

const references = 'It begins with `$node.output`, `$node.status`, `$node.exit_code` or `$INPUTS.name`.'

function noReference(text: string, { start, end }: Part): SourceProblem {
  if (text.startsWith('(')) return parentheses({ start, end })
  if (text.startsWith('!')) {
    const hint =
      "To negate a comparison, use its opposite: `!=` for `==`, `>=` for `<`; for a flag, `== 'false'`."
    return malformed({ start, end: start + 1 }, 'Conditions have no `!`.', hint)
  }
  if (text.startsWith('${')) {
    const hint = 'Write `$node.output`, without braces.'
    return malformed({ start, end: start + 2 }, 'References have no braces in a condition.', hint)
  }
  const first = /^(?:'[^']*'?|"[^"]*"?|[^\s=!<>]+|.)/.exec(text)?.[0] ?? text
  const place = { start, end: start + first.length }
  return malformed(place, 'A comparison begins with a reference.', references)
}

function notDotted(name: string, place: Part): SourceProblem {
  if (isVariableName(name)) {
    const hint = 'Only outputs and inputs can be compared; declare an input, or let a bash node look at it.'
    return malformed(place, `\`$${name}\` can't be compared.`, hint)
  }
  if (name === 'INPUTS') return malformed(place, 'The name of the input is missing.', 'Write `$INPUTS.name`.')
  return malformed(
    place,
    `\`$${name}\` is no reference.`,
    `Write \`$${name}.output\`, or \`$${name}.status\`.`,
  )
}

function goesOnWrongly(
  read: string,
  { more, at, read: { short, reference } }: { more: string; at: number; read: Read },
): SourceProblem {
  const place = { start: at, end: at + more.length }
  const message = `\`${read}\` can't go on with \`${more}\`.`
  if (short && reference.kind === 'node' && /^[.[]/.test(more)) {
    const right = read.replace('.', '.output.')
    return malformed(place, message, `The short form takes one field. Write \`${right}${more}\`.`)
  }
  return malformed(
    place,
    message,
    'A field is letters, digits and `_`; an index is a whole number in brackets.',
  )
}
