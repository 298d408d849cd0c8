import type { SopConstraint } from '../model.ts'
import { isNegative, keywordsIn } from '../read/keyword.ts'
import type { Finding, Rule } from './finding.ts'

/** The words of constraints. */
export const constraintRules: Rule = ({ sop }) => {
  const steps = sop.steps.flatMap((step) => [step, ...step.substeps])
  return [
    ...(sop.acquisition?.constraints ?? []),
    ...steps.flatMap(({ constraints }) => constraints),
  ].flatMap(judge)
}

function judge(constraint: SopConstraint): Finding[] {
  const { level, range, text, reason } = constraint
  const first = { start: range.start, end: range.start }
  if (level === null) {
    const message = 'This constraint has no keyword, so how binding it is can not be told.'
    return [{ code: 'ION4121', range: first, message, hint: 'Write `You MUST`, `You SHOULD` or `You MAY`.' }]
  }
  const found: Finding[] = []
  if (isNegative(level) && reason === null) {
    const message = `This says ${constraint.keyword ?? 'what must not be'} and not why.`
    found.push({
      code: 'ION4122',
      range: first,
      message,
      hint: 'Go on with `because …`: a reason makes it likelier to be kept.',
    })
  }
  const [own = ''] = text.split(/\n\s*(?:[-*+]|\d+[.)])\s/)
  const levels = new Set(keywordsIn(own.replace(/`[^`]*`/g, '')).map((keyword) => strength(keyword.level)))
  if (levels.size > 1) {
    const message = 'This constraint is binding in more than one way.'
    found.push({ code: 'ION4123', range: first, message, hint: 'Make one constraint of each keyword.' })
  }
  return found
}

function strength(level: NonNullable<SopConstraint['level']>): string {
  return level.replace('_not', '')
}
