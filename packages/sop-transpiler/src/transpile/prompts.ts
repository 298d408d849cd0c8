import type { SopModel } from '../model.ts'
import { placeholderPattern } from '../read/default-value.ts'
import type { SopInput } from './inputs.ts'
import type { Piece } from './prompt-text.ts'
import type { SopUnit } from './unit.ts'

/** How many of the steps before it a step is told the results of. */
const mostResults = 20

/** What all prompts of a SOP have in common. */
export interface PromptContext {
  sop: SopModel
  units: readonly SopUnit[]
  /** The ids of the nodes, in the order of the units. */
  ids: readonly string[]
  inputs: readonly SopInput[]
}

/** The prompt of a unit: where it stands in the procedure, what it has to know, and its text. */
export function promptOf(index: number, context: PromptContext): Piece[] {
  const { sop, units, ids, inputs } = context
  const unit = units[index]
  if (unit === undefined) return []
  const wrap = wrapper(sop)
  const author = (text: string) => withInputs(text, inputs)
  const isWhole = sop.steps.length === 0
  const blocks: Piece[][] = [[introduction(index, context)]]
  if (!isWhole && sop.preamble) blocks.push(wrap('preamble', author(sop.preamble.text)))
  if (!isWhole && sop.overview) blocks.push(wrap('overview', author(sop.overview.body)))
  if (inputs.length > 0) blocks.push(wrap('parameters', parameters(inputs)))
  if (!isWhole && sop.acquisition && index === 0) {
    blocks.push(wrap('parameter-rules', author(sop.acquisition.text)))
  }
  for (const { heading, depth, body } of unit.sections) {
    blocks.push(wrap('section', author(`${'#'.repeat(depth)} ${heading}\n\n${body}`)))
  }
  for (let before = Math.max(0, index - mostResults); before < index; before++) {
    const heading = units[before]?.heading ?? ''
    const result: Piece[] = [`${heading}\n\n`, { reference: `${ids[before]}.output` }]
    blocks.push(wrap('result', result))
  }
  blocks.push(wrap('step', author(unit.text)))
  blocks.push([ending(index, units.length)])
  return blocks.flatMap((block, at) => (at === 0 ? block : ['\n\n', ...block]))
}

function introduction(index: number, { sop, units }: PromptContext): string {
  const title = sop.title?.text || sop.name || 'SOP'
  if (units.length === 1) return `Carry out the procedure "${title}".`
  return [
    `You are carrying out the procedure "${title}", one step at a time.`,
    `This is step ${index + 1} of ${units.length}: ${units[index]?.heading}`,
    'Do this step only, and all of it. The other steps are asked for by themselves.',
  ].join('\n')
}

function ending(index: number, count: number): string {
  if (index === count - 1)
    return 'End with a summary of what was done, and the path of each file that was written.'
  return [
    'End with a summary for the steps that follow, which know nothing else of this one: what was done and decided,',
    'answers of the user, and the path of each file that was written.',
  ].join('\n')
}

function parameters(inputs: readonly SopInput[]): Piece[] {
  const lead =
    'A name in braces stands for the parameter of that name. A parameter whose value is its own name in braces was not given.'
  return [lead, ...inputs.flatMap((input): Piece[] => ['\n', ...parameterLine(input, inputs)])]
}

function parameterLine({ name, parameter }: SopInput, inputs: readonly SopInput[]): Piece[] {
  const { default: preset, description, values } = parameter
  const notGiven = preset?.kind === 'prose' ? ` (if not given: ${preset.text})` : ''
  const line: Piece[] = [`- ${parameter.name}: `, { reference: `INPUTS.${name}` }, notGiven]
  const more = [description, ...values.map(({ value, description: meaning }) => `- ${value}: ${meaning}`)]
  return [
    ...line,
    ...more.filter((text) => text !== '').flatMap((text) => ['\n  ', ...withInputs(text, inputs)]),
  ]
}

/** The author's text, with references where it has the names of parameters in braces. */
function withInputs(text: string, inputs: readonly SopInput[]): Piece[] {
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

/** Tags that the text of the SOP does not have, so that nothing in it ends one: the text itself stays as it is. */
function wrapper({ text }: SopModel): (name: string, pieces: Piece[]) => Piece[] {
  const used = new Set(
    Array.from(text.matchAll(/<\/?\s*(sop\d*)-/gi), ([, prefix = '']) => prefix.toLowerCase()),
  )
  let prefix = 'sop'
  for (let count = 2; used.has(prefix); count++) prefix = `sop${count}`
  return (name, pieces) => [`<${prefix}-${name}>\n`, ...pieces, `\n</${prefix}-${name}>`]
}
