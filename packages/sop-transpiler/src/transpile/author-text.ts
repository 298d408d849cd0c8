import type { SopModel } from '../model.ts'
import { placeholderPattern } from '../read/default-value.ts'
import type { SopInput } from './inputs.ts'
import type { Piece } from './prompt-text.ts'

/** The author's text, with references where it has the names of parameters in braces. */
export function authorText(text: string, inputs: readonly SopInput[]): Piece[] {
  const names = new Map(inputs.map(({ name, parameter }) => [parameter.name, name]))
  const pieces: Piece[] = []
  let done = 0
  for (const match of text.matchAll(placeholderPattern)) {
    const name = names.get(match[1] ?? '')
    if (name === undefined) continue
    pieces.push(text.slice(done, match.index), { reference: `INPUTS.${name}` })
    done = match.index + match[0].length
  }
  return [...pieces, text.slice(done)]
}

/** The parameters with their values, and what they are. */
export function parameterList(inputs: readonly SopInput[]): Piece[] {
  const lead = 'A name in braces stands for the parameter of that name.'
  return [lead, ...inputs.flatMap((input): Piece[] => ['\n', ...parameterLine(input, inputs)])]
}

function parameterLine({ name, parameter }: SopInput, inputs: readonly SopInput[]): Piece[] {
  const { default: preset, description, values } = parameter
  const notGiven = preset?.kind === 'prose' ? ` (if not given: ${preset.text})` : ''
  const line: Piece[] = [`- ${parameter.name}: `, { reference: `INPUTS.${name}` }, notGiven]
  const more = [description, ...values.map(({ value, description: meaning }) => `- ${value}: ${meaning}`)]
  return [
    ...line,
    ...more.filter((text) => text !== '').flatMap((text) => ['\n  ', ...authorText(text, inputs)]),
  ]
}

/** Puts a text between tags. */
export type Wrap = (name: string, pieces: Piece[]) => Piece[]

/** Tags that the text of the SOP does not have, so that nothing in it ends one: the text itself stays as it is. */
export function wrapper({ text }: SopModel): Wrap {
  const used = new Set(
    Array.from(text.matchAll(/<\/?\s*(sop\d*)-/gi), ([, prefix = '']) => prefix.toLowerCase()),
  )
  let prefix = 'sop'
  for (let count = 2; used.has(prefix); count++) prefix = `sop${count}`
  return (name, pieces) => [`<${prefix}-${name}>\n`, ...pieces, `\n</${prefix}-${name}>`]
}
