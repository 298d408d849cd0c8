import {
  isNodeProperty,
  matchBracedReference,
  matchReference,
  type ReferenceMatch,
} from './match-reference.ts'
import type { SourceProblem, TemplateContext } from './problem.ts'
import type { PlacedReference, Reference } from './reference.ts'
import {
  fileEnding,
  loopPrevUnsupported,
  nearlyNode,
  nearlyProperty,
  type Place,
  unknownInput,
  unknownNode,
} from './reference-problems.ts'
import type { Segment, Template } from './template.ts'

/**
 * Parses the text of a prompt, a message or an environment value. What is not Ion's stays as it is, byte for byte:
 * `$HOME`, `${HOME}`, `$1`, `$$`, `$&`.
 *
 * A backslash before what would be a reference makes it text: `\$ARGUMENTS` is `$ARGUMENTS`. In a run of backslashes
 * before a reference each pair is one backslash, so `\\$ARGUMENTS` is a backslash and the value. Every other backslash
 * is text.
 *
 * @example
 * parseTemplate('Fix $plan.output.title.', { nodeIds: new Set(['plan']), inputs: new Set() }).template.segments
 * // ['Fix ', { reference: { kind: 'node', nodeId: 'plan', property: 'output', path: ['title'] }, … }, '.']
 */
export function parseTemplate(
  source: string,
  context: TemplateContext,
): { template: Template; problems: SourceProblem[] } {
  const problems: SourceProblem[] = []
  const segments: Segment[] = []
  let literal = ''
  let done = 0
  let at = source.indexOf('$')
  while (at !== -1) {
    const match = matchAny(source, at, context)
    let next = at + 1
    if (match !== null) {
      const place = { start: at, end: match.end }
      if (meansReference(match, context)) {
        const backslashes = backslashesBefore(source, at, done)
        literal += source.slice(done, at - backslashes) + '\\'.repeat(Math.floor(backslashes / 2))
        done = at
        const escaped = backslashes % 2 === 1
        const reference = escaped ? null : toReference(match, { context, place, problems })
        if (reference !== null) {
          if (literal !== '') segments.push(literal)
          literal = ''
          segments.push({ reference, source: source.slice(at, match.end), ...place })
          done = match.end
        }
      } else {
        doubt(match, { context, place, problems })
      }
      next = match.end
    }
    at = source.indexOf('$', next)
  }
  literal += source.slice(done)
  if (literal !== '') segments.push(literal)
  return { template: { source, segments }, problems }
}

/** The references of a template, in order. */
export function templateReferences(template: Template): PlacedReference[] {
  return template.segments.filter((segment) => typeof segment !== 'string')
}

interface Judging {
  context: TemplateContext
  place: Place
  problems: SourceProblem[]
}

type Match = ReferenceMatch | { kind: 'malformed'; right: string; end: number }

const bracedNode = /\$\{([A-Za-z_][A-Za-z0-9_-]*)\.([A-Za-z_][A-Za-z0-9_]*)/y
const braces = /\$\{([^{}\n$]{1,1000})\}/y

function matchAny(source: string, at: number, context: TemplateContext): Match | null {
  if (source[at + 1] !== '{') return matchReference(source, at, context.nodeIds)
  braces.lastIndex = at
  const inner = braces.exec(source)?.[1]
  const match = inner === undefined ? null : matchBracedReference(inner, context.nodeIds)
  if (match !== null) return { ...match, end: at + match.end + 3 }
  bracedNode.lastIndex = at
  const [begin, nodeId, word] = bracedNode.exec(source) ?? []
  if (begin === undefined || nodeId === undefined || word === undefined) return null
  const isInput = nodeId === 'INPUTS'
  if (!isInput && !(isNodeProperty(word) && context.nodeIds.has(nodeId))) return null
  return { kind: 'malformed', right: `\${${nodeId}.${word}}`, end: at + begin.length }
}

/** Whether the author means a reference, right or wrong: then a backslash before it makes it text. */
function meansReference(match: Match, context: TemplateContext): boolean {
  if (match.kind === 'node') return match.property === 'output' || context.nodeIds.has(match.nodeId)
  return match.kind !== 'dotted'
}

function backslashesBefore(source: string, at: number, from: number): number {
  let count = 0
  while (at - count > from && source[at - count - 1] === '\\') count++
  return count
}

function toReference(match: Match, { context, place, problems }: Judging): Reference | null {
  switch (match.kind) {
    case 'variable':
      return { kind: 'variable', name: match.name }
    case 'input':
      if (!context.inputs.has(match.name)) problems.push(unknownInput(place, match.name, context.inputs))
      return { kind: 'input', name: match.name }
    case 'node':
      return toNodeReference(match, { context, place, problems })
    case 'loop_prev':
      problems.push(loopPrevUnsupported(place))
      return null
    case 'malformed':
      problems.push({
        code: 'ION2006',
        severity: 'error',
        message: 'The braces hold more than a reference, or are not closed.',
        ...place,
        hint: `Write \`${match.right}\`; there are no defaults and no filters. A backslash before the \`$\` makes it text.`,
      })
      return null
    case 'dotted':
      return null
  }
}

function toNodeReference(
  match: Extract<Match, { kind: 'node' }>,
  { context, place, problems }: Judging,
): Reference | null {
  const { nodeId, property, path } = match
  if (!context.nodeIds.has(nodeId)) {
    problems.push(
      unknownNode(place, nodeId, context.nodeIds, 'To have it as text, put a backslash before the `$`.'),
    )
    return null
  }
  const ending = fileEnding(place, match, (whole, rest) => `\`\${${whole}}${rest}\``)
  if (ending !== null) problems.push(ending)
  return { kind: 'node', nodeId, property, path }
}

/** Warns of text that is nearly a reference. */
function doubt(match: Match, { context, place, problems }: Judging): void {
  let doubtful: SourceProblem | null = null
  if (match.kind === 'node') doubtful = nearlyNode(place, match, context.nodeIds)
  if (match.kind === 'dotted' && context.nodeIds.has(match.nodeId)) {
    doubtful = nearlyProperty(place, match.nodeId, match.word)
  }
  if (doubtful !== null) problems.push(doubtful)
}
