import type { SourceProblem, TemplateContext } from '../template/problem.ts'
import { type Comparison, comparisonOperators } from './condition.ts'
import { malformed, parentheses } from './malformed.ts'
import { readLeft } from './read-left.ts'
import type { Part } from './split-condition.ts'

/** What a part between `&&` and `||` came to. */
export interface ParsedComparison {
  comparison: Comparison | null
  problems: SourceProblem[]
}

/** Parses one `$reference op literal`. */
export function parseComparison(
  source: string,
  { start, end, context }: Part & { context: TemplateContext },
): ParsedComparison {
  const part = trim(source, { start, end })
  if (part.start === part.end) return emptyPart(source, { start, end })
  const left = readLeft(source, { ...part, context })
  if (left.reference === null) return { comparison: null, problems: left.problems }
  const operator = readOperator(source, { start: left.end, end: part.end })
  if ('problem' in operator) return { comparison: null, problems: [...left.problems, operator.problem] }
  const literal = readLiteral(source, { start: operator.end, end: part.end })
  if ('problem' in literal) return { comparison: null, problems: [...left.problems, literal.problem] }
  const comparison = { left: left.reference, operator: operator.operator, right: literal.text, ...part }
  return { comparison, problems: [...left.problems, ...pointlessOrdering(comparison, literal.place)] }
}

function emptyPart(source: string, { start, end }: Part): ParsedComparison {
  const isWhole = start === 0 && end === source.length
  const message = isWhole ? 'The condition is empty.' : 'There is no comparison here.'
  const place = isWhole
    ? { start, end }
    : { start: Math.max(0, start - 2), end: Math.min(source.length, end + 2) }
  const hint = isWhole ? "Write one like `$node.output == 'yes'`." : undefined
  return { comparison: null, problems: [malformed(place, message, hint)] }
}

type Operator = { operator: Comparison['operator']; end: number } | { problem: SourceProblem }

function readOperator(source: string, { start, end }: Part): Operator {
  const rest = trim(source, { start, end })
  if (rest.start === rest.end) {
    const place = { start: Math.max(0, end - 1), end }
    const hint = "Compare it with something: `== true`, `!= ''`, `> 3`."
    return {
      problem: malformed(place, 'A comparison has an operator and a literal after the reference.', hint),
    }
  }
  const written =
    /^[=!<>~]+|^[^\s'"$\d]+/.exec(source.slice(rest.start, rest.end))?.[0] ?? source[rest.start] ?? ''
  const operator = comparisonOperators.find((known) => known === written)
  if (operator !== undefined) return { operator, end: rest.start + written.length }
  const place = { start: rest.start, end: rest.start + written.length }
  const hint = operatorHints.get(written) ?? `The operators are ${operatorList}.`
  return { problem: malformed(place, `\`${written}\` is no operator.`, hint) }
}

const operatorList = comparisonOperators.map((operator) => `\`${operator}\``).join(', ')
const operatorHints = new Map([
  ['=', 'Equality is `==`.'],
  ['===', 'Equality is `==`; it compares texts.'],
  ['!==', 'Inequality is `!=`; it compares texts.'],
  ['=<', 'Write `<=`.'],
  ['=>', 'Write `>=`.'],
  ['<>', 'Write `!=`.'],
  ['is', 'Equality is `==`.'],
  ['eq', 'Equality is `==`.'],
])

type Literal = { text: string; place: Part } | { problem: SourceProblem }

const literalPattern = /^(?:'([^']*)'|(-?\d+(?:\.\d+)?|true|false)(?![\w.-]))/

function readLiteral(source: string, { start, end }: Part): Literal {
  const rest = trim(source, { start, end })
  if (rest.start === rest.end) {
    return { problem: malformed({ start: start - 1, end: start }, 'There is nothing to compare with.') }
  }
  const text = source.slice(rest.start, rest.end)
  const match = literalPattern.exec(text)
  if (match === null) return { problem: notALiteral(text, rest) }
  const place = { start: rest.start, end: rest.start + match[0].length }
  const after = trim(source, { start: place.end, end })
  if (after.start < after.end) return { problem: tooMuch(source, after) }
  return { text: match[1] ?? match[2] ?? '', place }
}

function notALiteral(text: string, place: Part): SourceProblem {
  const literals = "A literal is `'text'`, a number, `true` or `false`."
  if (text.startsWith("'")) {
    return malformed(place, "The text is never closed; a `'` ends it, and can't stand in it.")
  }
  if (text.startsWith('"')) {
    const double = /^"([^"']*)"/.exec(text)
    const right = double === null ? "`'text'`" : `\`'${double[1]}'\``
    return malformed(place, 'Texts stand in single quotes.', `Write ${right}.`)
  }
  if (text.startsWith('$')) {
    return malformed(place, 'A reference can stand on the left only.', literals)
  }
  const word = /^[\w-]+$/.exec(text)?.[0]
  const hint = word === undefined ? literals : `If it is a text, write \`'${word}'\`.`
  return malformed(place, `\`${text}\` is no literal.`, hint)
}

function tooMuch(source: string, place: Part): SourceProblem {
  const text = source.slice(place.start, place.end)
  const word = /^(?:and|or|AND|OR|&|\||,)(?![\w&|])/.exec(text)?.[0]
  if (word !== undefined) {
    const right = /^(?:o|\|)/i.test(word) ? '||' : '&&'
    const wordPlace = { start: place.start, end: place.start + word.length }
    return malformed(wordPlace, `\`${word}\` does not join comparisons.`, `Write \`${right}\`.`)
  }
  if (/^[()]/.test(text)) return parentheses(place)
  return malformed(place, `\`${text}\` is too much here: a comparison ends with its literal.`)
}

function pointlessOrdering(comparison: Comparison, place: Part): SourceProblem[] {
  if (!/^[<>]/.test(comparison.operator) || !Number.isNaN(Number.parseFloat(comparison.right))) return []
  return [
    {
      code: 'ION2013',
      severity: 'warning',
      message: `\`${comparison.operator}\` compares numbers, and this is none: the condition never holds.`,
      ...place,
    },
  ]
}

function trim(source: string, { start, end }: Part): Part {
  const text = source.slice(start, end)
  const trimmed = text.trimStart()
  const from = end - trimmed.length
  return { start: from, end: from + trimmed.trimEnd().length }
}
