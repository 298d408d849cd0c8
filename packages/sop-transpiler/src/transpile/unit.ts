import type { Range } from '@ion/core'
import type { SopConstraint, SopModel, SopSection, SopSettings, SopStatement, SopStep } from '../model.ts'
import { noSettings } from '../read/settings.ts'

/** What a step of a workflow comes from: a step, or one of its sub-steps. */
export type Granularity = 'step' | 'substep'

/** What one node is to do. */
export interface SopUnit {
  title: string
  heading: string
  /** Word for word, with the heading; of a sub-step also what its step says for all of them. */
  text: string
  /** Sections that it has to know, in their order. */
  sections: SopSection[]
  /** Headings of the sections that it refers to itself. */
  references: string[]
  /** All that it has to keep to, its sub-steps' included. */
  constraints: SopConstraint[]
  /** All else that it says, its sub-steps' included. */
  statements: SopStatement[]
  /** The parts that say when the whole of it is skipped: its own, and of a sub-step those of its step. */
  parts: Pick<SopStep, 'constraints' | 'statements'>[]
  settings: SopSettings
  /** Of its heading. */
  range: Range
}

/** The nodes that a SOP comes to, and their order. */
export interface SopUnits {
  /** In the order of the SOP. */
  units: SopUnit[]
  order: UnitOrder
}

/** What is done one after another, and what at the same time. A number is an index among the units. */
export type UnitOrder = number | { kind: 'sequence' | 'parallel'; parts: UnitOrder[] }

/** The nodes that a SOP comes to. A SOP without steps is one. */
export function unitsOf(sop: SopModel, granularity: Granularity): SopUnits {
  const { steps } = sop
  if (steps.length === 0) return { units: [wholeOf(sop)], order: 0 }
  const units: SopUnit[] = []
  const add = (unit: SopUnit) => units.push(unit) - 1
  const order = orderOf(steps, (step) => {
    if (granularity === 'step' || step.substeps.length === 0) return add(unitOf(step, sop))
    return orderOf(step.substeps, (part) => add(partOf(part, { step, sop })))
  })
  return { units, order }
}

/** Steps one after another, but for neighbours that are done at the same time. */
function orderOf(steps: readonly SopStep[], read: (step: SopStep) => UnitOrder): UnitOrder {
  const parts: UnitOrder[] = []
  for (let at = 0; at < steps.length; ) {
    const last = Math.max(at, steps[at]?.settings.parallel?.last ?? at)
    const group = steps.slice(at, last + 1).map(read)
    parts.push(...(group.length > 1 ? [{ kind: 'parallel' as const, parts: group }] : group))
    at = last + 1
  }
  return { kind: 'sequence', parts }
}

function wholeOf(sop: SopModel): SopUnit {
  const title = sop.title?.text || sop.name || 'sop'
  const nothing = { sections: [], references: [], constraints: [], statements: [], parts: [] }
  const start = sop.title?.range.start ?? { line: 1, column: 1 }
  const range = sop.title?.range ?? { start, end: start }
  return { title, heading: title, text: sop.text, ...nothing, settings: noSettings, range }
}

function unitOf(step: SopStep, sop: SopModel): SopUnit {
  const { title, heading, text, references, settings } = step
  const all = [step, ...step.substeps]
  return {
    title,
    heading,
    text,
    sections: sectionsFor(references, sop),
    references,
    constraints: all.flatMap(({ constraints }) => constraints),
    statements: all.flatMap(({ statements }) => statements),
    parts: [step],
    settings,
    range: step.headingRange,
  }
}

/** What the step says itself holds for all of its sub-steps, and is done when the last one is. */
function partOf(part: SopStep, { step, sop }: { step: SopStep; sop: SopModel }): SopUnit {
  const ofStep = part === step.substeps.at(-1) ? step : { constraints: [], statements: [] }
  const lead = `${'#'.repeat(step.depth ?? 3)} ${step.heading}${step.body === '' ? '' : `\n\n${step.body}`}`
  const own = unitOf(part, sop)
  return {
    ...own,
    text: `${lead}\n\n${part.text}`,
    constraints: [...ofStep.constraints, ...own.constraints],
    statements: [...ofStep.statements, ...own.statements],
    sections: sectionsFor([...part.references, ...step.references], sop),
    parts: [step, part],
    settings: {
      ...part.settings,
      agent: { ...step.settings.agent, ...part.settings.agent },
      limits: { ...step.settings.limits, ...part.settings.limits },
    },
  }
}

/** Those that stand before the steps, those that are referred to, and those that these refer to. */
function sectionsFor(references: readonly string[], sop: SopModel): SopSection[] {
  const all = [...sop.sections, sop.examples, sop.troubleshooting].filter((section) => section !== null)
  const wanted = new Set<string>(references)
  const queue = all.filter(({ beforeSteps, heading }) => beforeSteps || wanted.has(heading))
  const found = new Set(queue)
  for (const section of queue) {
    for (const next of all) {
      if (found.has(next) || !section.references.includes(next.heading)) continue
      found.add(next)
      queue.push(next)
    }
  }
  return all.filter((section) => found.has(section) && section.body !== '')
}
