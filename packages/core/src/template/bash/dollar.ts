import { matchReference } from '../match-reference.ts'
import { mark } from './found.ts'
import { commandsFrame } from './frames.ts'
import { noteVariable, type Quoting, readName } from './names.ts'
import { owner, push, type Reading } from './reading.ts'

const nameStart = /[A-Za-z_]/
const special = /[0-9@*#?$!-]/

/** Reads a `$` and what belongs to it where bash expands: opens `$(…)` and the like, or reads a name. */
export function readDollar(reading: Reading, quoting: Quoting): void {
  const { text, at } = reading
  const next = text[at + 1] ?? ''
  if (nameStart.test(next)) readName(reading, quoting)
  else if (next === '(') openParentheses(reading)
  else if (next === '{') openParameter(reading, quoting.form !== 'bare')
  else if (next === '[') openArithmetic(reading, { closer: ']', length: 2 })
  else reading.at += special.test(next) ? 2 : 1
}

/** Opens `((`, `$((` or `$[`, of the given length; `retry` where it may turn out to be something else. */
export function openArithmetic(
  reading: Reading,
  { closer, length }: { closer: '))' | ']'; length: number },
): void {
  push(reading, {
    kind: 'arithmetic',
    start: reading.at,
    owner: owner(reading),
    closer,
    depth: 0,
    form: 'number',
    retry: closer === '))' ? mark(reading.found) : null,
  })
  reading.at += length
}

function openParentheses(reading: Reading): void {
  const { text, at } = reading
  if (text[at + 2] === '(' && !reading.notArithmetic.has(at)) {
    openArithmetic(reading, { closer: '))', length: 3 })
    return
  }
  push(reading, commandsFrame(at, { closer: ')' }))
  reading.at += 2
}

const parameter = /\$\{[!#]?([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])?/y
const fallback = /:?[-+=]/y

function openParameter(reading: Reading, quoted: boolean): void {
  const { text, at } = reading
  checkNoBraces(reading)
  parameter.lastIndex = at
  const name = parameter.exec(text)?.[1] ?? ''
  push(reading, {
    kind: 'parameter',
    start: at,
    owner: owner(reading),
    quoted,
    expects: 'subscript',
    word: 'text',
  })
  reading.at = Math.max(parameter.lastIndex, at + 2)
  fallback.lastIndex = reading.at
  if (!fallback.test(text)) noteVariable(reading, name)
}

/** `${a.output}` is how a prompt writes it; in bash it means something else, or nothing. */
function checkNoBraces(reading: Reading): void {
  const { text, at, context, found } = reading
  const match = matchReference(text, at + 1, context.nodeIds)
  const isIons =
    (match?.kind === 'node' && context.nodeIds.has(match.nodeId)) ||
    (match?.kind === 'input' && !context.assigned.has('INPUTS'))
  if (match === null || !isIons) return
  const reference = `$${text.slice(at + 2, match.end)}`
  found.problems.push({
    code: 'ION2007',
    severity: 'error',
    message: 'A reference has no braces in a bash script.',
    start: at,
    end: text[match.end] === '}' ? match.end + 1 : match.end,
    hint: `Write \`${reference}\`; to put text right after it, \`"${reference}"text\`.`,
  })
}
