import { basename } from 'node:path'
import { authorText } from './author-text.ts'
import type { Piece } from './prompt-text.ts'
import type { PromptContext } from './prompts.ts'

/** What a person is asked behind a step: what the author wrote, where, and what the step came to. */
export function gateMessage(index: number, { sop, plans, inputs }: PromptContext): Piece[] {
  const plan = plans[index]
  if (plan === undefined || plan.gate === null) return []
  const file = sop.path === null ? '' : basename(sop.path)
  const quotes = plan.gate.sentences.flatMap(({ text, slice }): Piece[] => {
    const { line } = slice.range.start
    const place = file === '' ? `line ${line}` : `${file}:${line}`
    return ['\n- “', ...authorText(text, inputs), `” (${place})`]
  })
  const isLast = index === plans.length - 1
  const answer = isLast
    ? 'Approve to end the procedure. A rejection ends the run.'
    : 'Approve to go on; the steps that follow are told what you write with it. A rejection ends the run.'
  return [
    `Step ${index + 1} of ${plans.length} is done: ${plan.unit.heading}\n\nThe procedure asks for you here:\n`,
    ...quotes,
    '\n\nWhat the step came to:\n\n',
    { reference: `${plan.id}.output` },
    `\n\n${answer}`,
  ]
}
