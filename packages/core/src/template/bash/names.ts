import { isVariableName, matchReference, type ReferenceMatch } from '../match-reference.ts'
import type { SourceProblem } from '../problem.ts'
import type { Reference, VariableName } from '../reference.ts'
import {
  fileEnding,
  loopPrevUnsupported,
  nearlyNode,
  nearlyProperty,
  type Place,
  unknownInput,
  unknownNode,
} from '../reference-problems.ts'
import type { Form } from './found.ts'
import { owner, type Reading } from './reading.ts'

/** Variables that name the run: bash would leave them alone in `'…'`, where programs in other languages need them. */
const engineVariables: ReadonlySet<VariableName> = new Set<VariableName>([
  ...(['WORKFLOW_ID', 'RUN_ID', 'ARTIFACTS_DIR', 'STATE_DIR', 'BASE_BRANCH', 'DOCS_DIR'] as const),
])

/** Where a `$` stands. */
export interface Quoting {
  form: Form
  /** In quotes that keep bash from expanding anything. */
  literal?: boolean
  /** Say so when a variable with the user's data stays text. */
  warnsOfLiteral?: boolean
}

/** Reads the name after a `$`, Ion's reference or the shell's variable, and moves on to what follows it. */
export function readName(reading: Reading, quoting: Quoting): void {
  const { text, context, found, at } = reading
  const match = matchReference(text, at, context.nodeIds)
  if (match === null || isForeign(reading, match, quoting)) {
    reading.at = at + 1 + shellName(text, at + 1).length
    return
  }
  reading.at = match.end
  const place = { start: at, end: match.end }
  if (match.kind === 'variable') {
    noteVariable(reading, match.name)
    if (quoting.literal === true) readLiteralVariable(reading, { name: match.name, place, quoting })
    return
  }
  const judged = judge(reading, { match, place })
  if ('reference' in judged) {
    found.uses.push({ ...place, ...judged, form: quoting.form, owner: owner(reading) })
    return
  }
  if (judged.problem !== null) found.problems.push(judged.problem)
  if (match.kind === 'dotted') reading.at = at + 1 + shellName(text, at + 1).length
}

/** Notes that the script expects a variable of Ion's to have a value. */
export function noteVariable(reading: Reading, name: string): void {
  if (isVariableName(name) && !reading.context.assigned.has(name)) reading.found.variables.add(name)
}

/** Whether a name belongs to the shell, or to a program in another language, though it looks like a reference. */
function isForeign(reading: Reading, match: ReferenceMatch, { literal }: Quoting): boolean {
  const { assigned, foreign, nodeIds } = reading.context
  switch (match.kind) {
    case 'variable':
      return assigned.has(match.name)
    case 'input':
      return assigned.has('INPUTS') && !reading.context.inputs.has(match.name)
    case 'loop_prev':
      return assigned.has('LOOP_PREV')
    case 'node':
    case 'dotted': {
      if (literal === true && foreign.has(match.nodeId)) return true
      return !nodeIds.has(match.nodeId) && assigned.has(shellName(match.nodeId, 0))
    }
  }
}

type Judged = { reference: Reference } | { problem: SourceProblem | null }

function judge(
  reading: Reading,
  { match, place }: { match: Exclude<ReferenceMatch, { kind: 'variable' }>; place: Place },
): Judged {
  const { nodeIds, inputs } = reading.context
  switch (match.kind) {
    case 'input':
      if (!inputs.has(match.name)) reading.found.problems.push(unknownInput(place, match.name, inputs))
      return { reference: { kind: 'input', name: match.name } }
    case 'loop_prev':
      return { problem: loopPrevUnsupported(place) }
    case 'dotted':
      return { problem: nodeIds.has(match.nodeId) ? nearlyProperty(place, match.nodeId, match.word) : null }
    case 'node':
      return judgeNode(reading, { match, place })
  }
}

function judgeNode(
  reading: Reading,
  { match, place }: { match: Extract<ReferenceMatch, { kind: 'node' }>; place: Place },
): Judged {
  const { context, found } = reading
  const { nodeId, property, path } = match
  if (!context.nodeIds.has(nodeId)) {
    if (property !== 'output') return { problem: nearlyNode(place, match, context.nodeIds) }
    const name = shellName(nodeId, 0)
    const otherwise = `For the shell variable write \`\${${name}}${nodeId.slice(name.length)}.output\`.`
    return { problem: unknownNode(place, nodeId, context.nodeIds, otherwise) }
  }
  const ending = fileEnding(place, match, (whole, rest) => `\`"$${whole}"${rest}\``)
  if (ending !== null) found.problems.push(ending)
  return { reference: { kind: 'node', nodeId, property, path } }
}

function readLiteralVariable(
  reading: Reading,
  { name, place, quoting }: { name: VariableName; place: Place; quoting: Quoting },
): void {
  const { found } = reading
  if (engineVariables.has(name)) {
    const reference: Reference = { kind: 'variable', name }
    found.uses.push({ reference, ...place, form: quoting.form, owner: owner(reading) })
  } else if (quoting.warnsOfLiteral === true) {
    found.problems.push({
      code: 'ION2010',
      severity: 'warning',
      message: `\`$${name}\` stays as it is here: the delimiter of the here-document is quoted.`,
      ...place,
      hint: 'Leave out the quotes around the delimiter, or read it from the environment.',
    })
  }
}

const shellNamePattern = /[A-Za-z0-9_]*/y

function shellName(text: string, at: number): string {
  shellNamePattern.lastIndex = at
  return shellNamePattern.exec(text)?.[0] ?? ''
}
