import type { SopConstraint, SopModel } from '../model.ts'
import { type Derivation, quote } from './derivation.ts'
import { type GateSentence, gateCondition, gateFinder } from './gates.ts'
import type { SopInput } from './inputs.ts'
import { type NamedFile, namedFiles } from './named-files.ts'
import type { NodeNames } from './node-ids.ts'
import { type SkipSentence, skipFinder } from './skip-conditions.ts'
import type { SopUnit } from './unit.ts'

/** What is made of the words of a SOP beyond prompts. */
export interface DerivedParts {
  gates: boolean
  artifacts: boolean
  verify: boolean
}

/** A unit with the nodes that it comes to. */
export interface StepPlan {
  unit: SopUnit
  id: string
  /** When it runs; `null` for always. */
  when: string | null
  /** Asks whether what it must and must not do is so, and has it put right; `null` without. */
  check: { id: string; criteria: SopConstraint[] } | null
  /** Looks for the files that it has to leave; `null` without. */
  files: { id: string; named: NamedFile[] } | null
  /** Asks a person; `null` without. */
  gate: { id: string; sentences: GateSentence[]; when: string | null } | null
}

/** The nodes that the units of a SOP come to, and what is to be told about it. */
export interface StepPlans {
  plans: StepPlan[]
  derivations: Derivation[]
}

/** How many steps, the first one and those behind it, may have a condition without one between them that has none. */
const mostConditional = 50

/** Decides which nodes the units come to. */
export function planSteps(
  units: readonly SopUnit[],
  context: { sop: SopModel; inputs: readonly SopInput[]; names: NodeNames; parts: DerivedParts },
): StepPlans {
  const { sop, inputs, names, parts } = context
  const skips = skipFinder(inputs)
  const gates = gateFinder(sop, { inputs, units })
  const parameters = new Set(inputs.map(({ parameter }) => parameter.name))
  const derivations: Derivation[] = []
  const ids = units.map(({ title }) => names.of(title))
  let conditional = 0
  const plans = units.map((unit, index): StepPlan => {
    const id = ids[index] ?? ''
    const isOneTooMany = conditional === index && index === mostConditional
    const skipped = skips(unit).map((sentence) => (isOneTooMany ? { ...sentence, when: null } : sentence))
    const conditions = [...new Set(skipped.map(({ when }) => when).filter((when) => when !== null))]
    if (conditions.length > 0) conditional += 1
    const sentences = parts.gates ? gates(unit) : []
    const clear = sentences.filter(({ isUnclear }) => !isUnclear)
    const criteria = parts.verify ? unit.constraints.filter(isCriterion) : []
    const named = parts.artifacts ? namedFiles(unit, parameters) : []
    const plan: StepPlan = {
      unit,
      id,
      when: conditions.length === 0 ? null : conditions.join(' && '),
      check: criteria.length === 0 ? null : { id: names.beside('check', id), criteria },
      files: named.length === 0 ? null : { id: names.beside('files', id), named },
      gate:
        clear.length === 0
          ? null
          : { id: names.beside('gate', id), sentences: clear, when: gateCondition(clear) },
    }
    derivations.push(
      ...skipped.map((sentence) => skipDerivation(sentence, id)),
      ...sentences.map((sentence) => gateDerivation(sentence, plan)),
      ...named.map((file) => fileDerivation(file, id)),
      ...(parts.verify ? checkDerivation(plan) : []),
    )
    return plan
  })
  return { plans, derivations }
}

function isCriterion({ level }: SopConstraint): boolean {
  return level === 'must' || level === 'must_not'
}

function skipDerivation({ slice: { range, text }, when }: SkipSentence, id: string): Derivation {
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

function gateDerivation(
  { slice: { range }, text, when, isUnclear }: GateSentence,
  { gate }: StepPlan,
): Derivation {
  if (isUnclear) {
    const message = `This is no gate, since when it holds can't be told beforehand: “${quote(text)}”`
    return { code: 'ION4204', range, message, hint: 'The agent reads it as it is.' }
  }
  const condition = when === null ? '' : ` when \`${when}\``
  return {
    code: 'ION4203',
    range,
    message: `The gate \`${gate?.id}\` asks for this${condition}: “${quote(text)}”`,
  }
}

function fileDerivation({ path, slice: { range } }: NamedFile, id: string): Derivation {
  return { code: 'ION4205', range, message: `\`${path}\` has to be there behind \`${id}\`.` }
}

function checkDerivation({ check, unit, id }: StepPlan): Derivation[] {
  if (check !== null) return []
  const message = `\`${id}\` says nothing with MUST or MUST NOT, so it is not checked.`
  return [{ code: 'ION4206', range: unit.range, message }]
}
