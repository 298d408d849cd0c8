import type { SopInput } from './inputs.ts'

/** A test of a parameter, as an author writes it: `consolidate is false`. */
export interface ParameterTest {
  input: SopInput
  isEqual: boolean
  value: string
}

/** What is to be read as a test. */
export interface TestReader {
  /** A regular expression of all forms, with groups. */
  pattern: string
  /** The test of a match; `null` when the parameter can't have such a value, or what it is can't be told beforehand. */
  read: (groups: { [name: string]: string | undefined }) => ParameterTest | null
}

const quoted = '"(?<double>[^"`\']{1,80})"|\'(?<single>[^"`\']{1,80})\'|`"?(?<code>[^"`\']{1,80})"?`'
const operators =
  "(?<operator>is not equal to|is not|isn't|does not equal|is equal to|is set to|is|equals|!=|==?)"
const codeOperators = '\\s*(?<codeOperator>!=|==?)\\s*'

/**
 * Reads tests of these parameters: `x is false`, `{x} is "a"`, `` `x` is not `a` ``, `` `x == "a"` ``. A word alone counts
 * where the parameter has such a value.
 */
export function testReader(inputs: readonly SopInput[]): TestReader | null {
  const byName = new Map(inputs.map((input) => [input.parameter.name, input]))
  const names = [...byName.keys()].toSorted((a, b) => b.length - a.length).map(escaped)
  if (names.length === 0) return null
  const name = names.join('|')
  const inWords = `(?:the )?(?:parameter )?[\`{*"]{0,3}(?<name>${name})[\`}*"]{0,3}(?: parameter)? ${operators} (?:${quoted}|(?<word>[\\w.-]*\\w))`
  const asCode = `\`(?<codeName>${name})${codeOperators}["']?(?<codeValue>[^"'\`\\s]{1,80})["']?\``
  const read: TestReader['read'] = (groups) => {
    const input = byName.get(groups.name ?? groups.codeName ?? '')
    const { codeValue, double, single, code, word } = groups
    if (input === undefined) return null
    const marked = codeValue ?? double ?? single ?? code
    const value = possibleValue(input, { text: marked ?? word ?? '', isMarked: marked !== undefined })
    const isEqual = !/not|n't|!/.test(groups.operator ?? groups.codeOperator ?? '')
    return value === null ? null : { input, isEqual, value }
  }
  return { pattern: `(?:${asCode}|${inWords})`, read }
}

/** A test in Ion's words. */
export function comparison({ input, isEqual, value }: ParameterTest): string {
  return `$INPUTS.${input.name} ${isEqual ? '==' : '!='} '${value}'`
}

/** The opposite of a test. */
export function opposite(test: ParameterTest): ParameterTest {
  return { ...test, isEqual: !test.isEqual }
}

/** A value that the parameter can have, in the words that stand for it in a run. */
function possibleValue(
  { parameter, fields }: SopInput,
  { text, isMarked }: { text: string; isMarked: boolean },
): string | null {
  // What is worked out by the agent is not known when a step is decided on.
  if (parameter.default !== null && parameter.default.kind !== 'literal') return null
  const isBoolean = /^(?:true|false)$/i.test(text)
  if (fields.type === 'boolean') return isBoolean ? text.toLowerCase() : null
  if (parameter.values.length > 0) {
    return parameter.values.find(({ value }) => sameValue(value, text))?.value ?? null
  }
  if (isBoolean) return text.toLowerCase()
  return isMarked || /^\d+$/.test(text) ? text : null
}

/** `Semi-auto` is `semi_auto`. */
export function sameValue(a: string, b: string): boolean {
  const key = (text: string) => text.toLowerCase().replace(/[\s_-]+/g, '_')
  return key(a) === key(b)
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&')
}
