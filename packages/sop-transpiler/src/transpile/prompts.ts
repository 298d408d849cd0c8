import type { SopModel } from '../model.ts'
import { authorText, parameterList, type Wrap, wrapper } from './author-text.ts'
import type { SopInput } from './inputs.ts'
import type { Neighbours } from './neighbours.ts'
import type { Piece } from './prompt-text.ts'
import type { StepPlan } from './step-plan.ts'

/** What all prompts of a SOP have in common. */
export interface PromptContext {
  sop: SopModel
  plans: readonly StepPlan[]
  neighbours: ReadonlyMap<number, Neighbours>
  inputs: readonly SopInput[]
  /** Puts a text between tags that the SOP does not have. */
  wrap: Wrap
}

/** What the prompts of a SOP have in common. */
export function promptContext(parts: Omit<PromptContext, 'wrap'>): PromptContext {
  return { ...parts, wrap: wrapper(parts.sop) }
}

/** The prompt of a step: where it stands in the procedure, what it has to know, and its text. */
export function promptOf(index: number, context: PromptContext): Piece[] {
  const { sop, plans, inputs, wrap } = context
  const plan = plans[index]
  if (plan === undefined) return []
  const author = (text: string) => authorText(text, inputs)
  const isWhole = sop.steps.length === 0
  const blocks: Piece[][] = [[introduction(index, context)]]
  if (!isWhole && sop.preamble) blocks.push(wrap('preamble', author(sop.preamble.text)))
  if (!isWhole && sop.overview) blocks.push(wrap('overview', author(sop.overview.body)))
  if (inputs.length > 0) blocks.push(wrap('parameters', parameterList(inputs)))
  const { before = [] } = context.neighbours.get(index) ?? {}
  if (!isWhole && sop.acquisition && before.length === 0) {
    blocks.push(wrap('parameter-rules', author(sop.acquisition.text)))
  }
  for (const { heading, depth, body } of plan.unit.sections) {
    blocks.push(wrap('section', author(`${'#'.repeat(depth)} ${heading}\n\n${body}`)))
  }
  for (const at of before) {
    const earlier = plans[at]
    if (earlier !== undefined) blocks.push(wrap('result', resultOf(earlier)))
  }
  blocks.push(wrap('step', author(plan.unit.text)))
  blocks.push([ending(index, context)])
  return joined(blocks)
}

/** Blocks with an empty line between them. */
export function joined(blocks: readonly Piece[][]): Piece[] {
  return blocks.flatMap((block, at) => (at === 0 ? block : ['\n\n', ...block]))
}

/** What a step that is done has come to. */
function resultOf({ unit, id, when, check, files, gate }: StepPlan): Piece[] {
  const status: Piece[] = when === null ? [] : [' (', { reference: `${id}.status` }, ')']
  return [
    unit.heading,
    ...status,
    '\n\n',
    { reference: `${id}.output` },
    ...(check === null ? [] : ['\n\nWhat came of checking it: ', { reference: `${check.id}.output` }]),
    ...(files === null ? [] : ['\n\nIts files:\n', { reference: `${files.id}.output` }]),
    ...(gate === null ? [] : ['\n\nWhat the user said to it: ', { reference: `${gate.id}.output` }]),
  ]
}

function introduction(index: number, { sop, plans, neighbours }: PromptContext): string {
  const title = sop.title?.text || sop.name || 'SOP'
  if (plans.length === 1) return `Carry out the procedure "${title}".`
  const { before = [], beside = [] } = neighbours.get(index) ?? {}
  const headings = beside.map((at) => plans[at]?.unit.heading ?? '')
  return [
    `You are carrying out the procedure "${title}", one step at a time.`,
    `This is step ${index + 1} of ${plans.length}: ${plans[index]?.unit.heading}`,
    'Do this step only, and all of it. The other steps are asked for by themselves.',
    ...(headings.length === 0 ? [] : [`Others do at the same time: ${headings.join('; ')}`]),
    ...(before.some((at) => plans[at]?.when) ? ['A step before it that was skipped has no result.'] : []),
    ...(before.some((at) => plans[at]?.gate)
      ? ['Where the user has asked for changes to a step before it, make them first.']
      : []),
  ].join('\n')
}

function ending(index: number, { plans }: PromptContext): string {
  const { gate = null } = plans[index] ?? {}
  const asked =
    gate === null
      ? []
      : [
          'A person is asked to agree once you have ended, and sees what you end with: do not wait for them yourself, and say',
          'all that they have to know.',
        ]
  if (index === plans.length - 1) {
    return [
      ...asked,
      'End with a summary of what was done, and the path of each file that was written.',
    ].join('\n')
  }
  return [
    ...asked,
    'End with a summary for the steps that follow, which know nothing else of this one: what was done and decided,',
    'answers of the user, and the path of each file that was written.',
  ].join('\n')
}
