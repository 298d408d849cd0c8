import type { JsonObject } from '@ion/core'
import type { SopModel, SopSettings } from '../model.ts'
import { type ArrangedNode, arrange } from './arrange.ts'
import { checkAnswer, checkPrompt, mostChecks } from './check-node.ts'
import type { Derivation } from './derivation.ts'
import { filesScript } from './files-script.ts'
import { gateMessage } from './gate-message.ts'
import { inputsOf, type SopInput } from './inputs.ts'
import { neighboursOf } from './neighbours.ts'
import { NodeNames } from './node-ids.ts'
import { type DerivedParts, planSteps } from './plan-steps.ts'
import { type Piece, promptText } from './prompt-text.ts'
import { promptContext, promptOf } from './prompts.ts'
import type { StepPlan } from './step-plan.ts'
import { type Granularity, unitsOf } from './unit.ts'

/** A workflow as it stands in YAML, and what was made of the author's words. */
export interface SopWorkflow {
  inputs: SopInput[]
  nodes: JsonObject[]
  derivations: Derivation[]
}

/** The inputs and nodes of a SOP. */
export function workflowOf(
  sop: SopModel,
  { granularity, parts }: { granularity: Granularity; parts: DerivedParts },
): SopWorkflow {
  const { units, order } = unitsOf(sop, granularity)
  const inputs = inputsOf(sop.parameters)
  const { plans, derivations } = planSteps(units, { sop, inputs, names: new NodeNames(), parts })
  const followings = arrange(order, (index) => nodesOf(plans[index]))
  const context = promptContext({ sop, plans, neighbours: neighboursOf(order), inputs })
  const names = {
    nodeIds: new Set(followings.keys()),
    inputs: new Set(inputs.map(({ name }) => name)),
  }
  const text = (pieces: readonly Piece[]) => promptText(pieces, names)
  const nodes = plans.flatMap(({ unit, id, check, files, gate }, index): JsonObject[] => {
    const { heading, settings } = unit
    const node = (own: string, keys: JsonObject): JsonObject => ({
      id: own,
      ...(own === id && heading !== '' ? { description: heading } : {}),
      ...followings.get(own),
      ...keys,
    })
    const paths = files?.named.map(({ path }) => path) ?? []
    return [
      node(id, { ...settingKeys(settings), prompt: text(promptOf(index, context)) }),
      ...(check === null
        ? []
        : [node(check.id, { ...settingKeys(settings), ...checkKeys(text(checkPrompt(index, context))) })]),
      ...(files === null ? [] : [node(files.id, { bash: filesScript(paths, inputs) })]),
      ...(gate === null
        ? []
        : [
            node(gate.id, {
              approval: { message: text(gateMessage(index, context)), capture_response: true },
            }),
          ]),
    ]
  })
  return { inputs, nodes, derivations: [...derivations, ...unusedSettings(sop, granularity)] }
}

function nodesOf(plan: StepPlan | undefined): ArrangedNode[] {
  if (plan === undefined) return []
  const { id, when, check, files, gate } = plan
  return [
    { id, when },
    ...(check === null ? [] : [{ id: check.id, when: null }]),
    ...(files === null ? [] : [{ id: files.id, when: null }]),
    ...(gate === null ? [] : [{ id: gate.id, when: gate.when }]),
  ]
}

function settingKeys({ agent, limits }: SopSettings): JsonObject {
  return { ...agent, ...limits }
}

function checkKeys(prompt: string): JsonObject {
  return {
    output_format: checkAnswer,
    loop: { prompt, until_field: 'met', max_iterations: mostChecks },
  }
}

/** Settings of sub-steps mean something only where those are nodes. */
function unusedSettings({ steps }: SopModel, granularity: Granularity): Derivation[] {
  if (granularity === 'substep') return []
  return steps
    .flatMap(({ substeps }) => substeps)
    .filter(({ settings: { agent, limits, parallel } }) => {
      return Object.keys({ ...agent, ...limits }).length > 0 || parallel !== null
    })
    .map(({ title, headingRange: range }) => ({
      code: 'ION4207',
      range,
      message: `What is set for \`${title}\` does not hold, since its step is one node.`,
      hint: 'With the granularity `substep` each sub-step is a node of its own.',
    }))
}
