import { type Derivation, quote } from './derivation.ts'
import type { GateSentence } from './gates.ts'
import type { NamedFile } from './named-files.ts'
import type { SkipSentence } from './skip-conditions.ts'
import type { StepPlan } from './step-plan.ts'

/** What a plan was made of, also what came to nothing. */
export interface PlanWords {
  plan: StepPlan
  skipped: SkipSentence[]
  sentences: GateSentence[]
  named: NamedFile[]
  isChecked: boolean
}

/** What is to be told of the plans of a SOP. */
export function derivationsOf(told: readonly PlanWords[]): Derivation[] {
  return [
    ...told.flatMap(({ plan: { id }, skipped }) => skipped.map((sentence) => ofSkip(sentence, id))),
    ...ofGates(told),
    ...told.flatMap(({ plan: { id }, named }) => named.map((file) => ofFile(file, id))),
    ...told
      .filter(({ plan, isChecked }) => isChecked && plan.check === null)
      .map(({ plan }) => unchecked(plan)),
  ]
}

function ofSkip({ slice: { range, text }, when }: SkipSentence, id: string): Derivation {
  if (when !== null) {
    const message = `\`${id}\` is skipped by this, and runs when \`${when}\`.`
    return { code: 'ION4201', range, message }
  }
  return {
    code: 'ION4202',
    range,
    message: `When \`${id}\` is skipped is left to the agent: “${quote(text)}”`,
    hint: 'For Ion to decide it, write `If x is false, skip this step` with a parameter and a value that it can have.',
  }
}

/** A sentence about a mode can be that of many gates. */
function ofGates(told: readonly PlanWords[]): Derivation[] {
  const found = new Map<string, { sentence: GateSentence; gates: string[] }>()
  for (const { plan, sentences } of told) {
    for (const sentence of sentences) {
      const { start } = sentence.slice.range
      const key = `${start.line}:${start.column} ${sentence.text}`
      const { gates } = found.get(key) ?? { gates: [] }
      found.set(key, { sentence, gates: plan.gate === null ? gates : [...gates, `\`${plan.gate.id}\``] })
    }
  }
  return [...found.values()].map(({ sentence, gates }) => ofGate(sentence, gates))
}

function ofGate(
  { slice: { range }, text, when, isUnclear }: GateSentence,
  gates: readonly string[],
): Derivation {
  if (isUnclear) {
    const message = `This is no gate, since when it holds can't be told beforehand: “${quote(text)}”`
    return { code: 'ION4204', range, message, hint: 'The agent reads it as it is.' }
  }
  const who = gates.length === 1 ? `The gate ${gates[0]} asks` : `The gates ${listed(gates)} ask`
  const condition = when === null ? '' : ` when \`${when}\``
  return { code: 'ION4203', range, message: `${who} for this${condition}: “${quote(text)}”` }
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function ofFile({ path, slice: { range } }: NamedFile, id: string): Derivation {
  return { code: 'ION4205', range, message: `\`${path}\` is looked for behind \`${id}\`.` }
}

function unchecked({ unit, id }: StepPlan): Derivation {
  const message = `\`${id}\` says nothing with MUST or MUST NOT, so it is not checked.`
  return { code: 'ION4206', range: unit.range, message }
}
