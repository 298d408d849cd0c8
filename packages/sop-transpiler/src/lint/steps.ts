import type { SopStep } from '../model.ts'
import { comesAfter, stepHeading } from '../read/step-heading.ts'
import type { Finding, Rule } from './finding.ts'

/** The numbers of steps, and steps that say nothing. */
export const stepRules: Rule = ({ sop }) => [
  ...numbers(sop.steps),
  ...sop.steps.flatMap(({ substeps }) => numbers(substeps)),
  ...sop.steps.flatMap((step) => (step.substeps.length === 0 ? [step] : step.substeps)).flatMap(content),
]

function numbers(steps: readonly SopStep[]): Finding[] {
  const found: Finding[] = []
  const seen = new Set<string>()
  let last: number[] | null = null
  for (const { number, heading, headingRange: range } of steps) {
    if (number === null) continue
    const { order } =
      stepHeading(heading).number === null ? { order: [Number(number)] } : stepHeading(heading)
    if (seen.has(number)) {
      found.push({
        code: 'ION4111',
        range,
        message: `The number ${number} is given for the second time.`,
        isFormat: true,
      })
    } else if (last !== null && !comesAfter(order, last)) {
      found.push({
        code: 'ION4112',
        range,
        message: `The number ${number} comes after ${last.join('.')}.`,
        isFormat: true,
      })
    } else if (isGap(order, last)) {
      const message =
        last === null
          ? `The first number is ${number}.`
          : `Between ${last.join('.')} and ${number} a number is missing.`
      found.push({ code: 'ION4112', range, message, isFormat: true })
    }
    seen.add(number)
    last = order
  }
  return found
}

/** `1, 3` and `2.1, 2.3`, but not `2, 2.5`. */
function isGap(order: number[], last: number[] | null): boolean {
  const part = order.at(-1) ?? 0
  if (last === null) return part > 1
  if (order.length !== last.length) return order.length < last.length && (order[0] ?? 0) > (last[0] ?? 0) + 1
  const isSibling = order.slice(0, -1).every((one, at) => one === last[at])
  return isSibling && part > (last.at(-1) ?? 0) + 1
}

function content({ title, body, constraints, headingRange: range, depth }: SopStep): Finding[] {
  if (body === '') {
    return [
      {
        code: 'ION4113',
        range,
        message: `The step \`${title}\` says nothing.`,
        hint: 'Say what is to be done.',
      },
    ]
  }
  if (constraints.length > 0 || depth === null) return []
  const hint = 'List below `**Constraints:**` what the agent MUST, SHOULD and MAY do.'
  return [
    { code: 'ION4114', range, message: `The step \`${title}\` has no constraints.`, hint, isFormat: true },
  ]
}
