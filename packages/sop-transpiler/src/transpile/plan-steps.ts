import type { SopConstraint, SopModel } from '../model.ts'
import type { Derivation } from './derivation.ts'
import { gateCondition, gateFinder } from './gates.ts'
import type { SopInput } from './inputs.ts'
import { namedFiles } from './named-files.ts'
import type { NodeNames } from './node-ids.ts'
import { derivationsOf, type PlanWords } from './plan-derivations.ts'
import { skipFinder } from './skip-conditions.ts'
import type { StepPlan } from './step-plan.ts'
import type { SopUnit } from './unit.ts'

/** What is made of the words of a SOP beyond prompts. */
export interface DerivedParts {
  gates: boolean
  artifacts: boolean
  verify: boolean
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
  const told: PlanWords[] = []
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
    told.push({ plan, skipped, sentences, named, isChecked: parts.verify })
    return plan
  })
  return { plans, derivations: derivationsOf(told) }
}

function isCriterion({ level }: SopConstraint): boolean {
  return level === 'must' || level === 'must_not'
}
