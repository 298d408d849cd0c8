import type { JsonObject } from '@ion/core'
import type { SopConstraint } from '../model.ts'
import { authorText, parameterList } from './author-text.ts'
import type { Piece } from './prompt-text.ts'
import { joined, type PromptContext } from './prompts.ts'

/** How often a step is checked: once, and once after each time that what was not met has been put right. */
export const mostChecks = 3

/** What the answer of a check has to be. */
export const checkAnswer: JsonObject = {
  type: 'object',
  properties: {
    met: { type: 'boolean', description: 'Whether every criterion that applies is met' },
    unmet: {
      type: 'array',
      description: 'The criteria that are not met; empty when all are',
      items: {
        type: 'object',
        properties: {
          number: { type: 'integer' },
          criterion: { type: 'string', description: 'Word for word' },
          why: { type: 'string', description: 'What is missing or wrong' },
        },
        required: ['number', 'criterion', 'why'],
        additionalProperties: false,
      },
    },
    summary: { type: 'string', description: 'What was put right, for the steps that follow' },
  },
  required: ['met', 'unmet', 'summary'],
  additionalProperties: false,
}

/** The prompt that checks a step, and has put right what an earlier check has found. */
export function checkPrompt(index: number, { plans, inputs, wrap }: PromptContext): Piece[] {
  const plan = plans[index]
  if (plan === undefined || plan.check === null) return []
  const { unit, id, check } = plan
  return joined([
    [
      [
        `A step of a procedure has been carried out: ${unit.heading}`,
        'Check whether each of its criteria is met: look at what is there, not only at what the result says.',
        'A criterion that says when it holds, and does not hold now, is met.',
      ].join('\n'),
    ],
    ...(inputs.length > 0 ? [wrap('parameters', parameterList(inputs))] : []),
    wrap('step', authorText(unit.text, inputs)),
    wrap('result', [{ reference: `${id}.output` }]),
    wrap('criteria', authorText(numbered(check.criteria), inputs)),
    wrap('last-check', [{ reference: 'LOOP_PREV_OUTPUT' }]),
    [
      [
        'If there is a last check: first put right what it says is not met, as the step asks, then check all criteria anew.',
        'Without one, change nothing. Answer with JSON: `met`, `unmet`, and in `summary` what you have put right.',
      ].join('\n'),
    ],
  ])
}

/** With the labels above them, which may say when they hold. */
function numbered(criteria: readonly SopConstraint[]): string {
  return criteria
    .map(({ text, label }, index) => {
      const says = label === null || /^constraints$/i.test(label) ? '' : `(${label}) `
      return `${index + 1}. ${says}${text}`
    })
    .join('\n')
}
