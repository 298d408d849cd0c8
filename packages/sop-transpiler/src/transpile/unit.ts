import type { SopModel, SopSection, SopStep } from '../model.ts'

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
}

/** The nodes that a SOP comes to, in order. A SOP without steps is one. */
export function unitsOf(sop: SopModel, granularity: Granularity): SopUnit[] {
  const { steps } = sop
  const title = sop.title?.text || sop.name || 'sop'
  if (steps.length === 0) return [{ title, heading: title, text: sop.text, sections: [] }]
  return steps.flatMap((step) => {
    if (granularity === 'step' || step.substeps.length === 0) return [unitOf(step, step.text, sop)]
    const lead = `${'#'.repeat(step.depth ?? 3)} ${step.heading}${step.body === '' ? '' : `\n\n${step.body}`}`
    return step.substeps.map((part) => unitOf(part, `${lead}\n\n${part.text}`, sop, step.references))
  })
}

function unitOf(step: SopStep, text: string, sop: SopModel, more: readonly string[] = []): SopUnit {
  const { title, heading, references } = step
  return { title, heading, text, sections: sectionsFor([...references, ...more], sop) }
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
