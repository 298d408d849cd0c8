import type { SopModel } from '../model.ts'
import type { Outline } from './outline.ts'
import type { SopSource } from './sop-source.ts'

/** Says what a SOP lacks so that it is more than a text. Where nothing is useful at all, that alone is said. */
export function warnOfStructure(
  sop: SopModel,
  { source, outline, isBlank }: { source: SopSource; outline: Outline; isBlank: boolean },
): void {
  const top = { start: 0, end: Math.min(1, source.source.text.length) }
  if (source.source.text.trim() === '' || (isBlank && sop.text === '')) {
    const message = 'There is nothing here to be carried out.'
    const hint = 'A SOP has a title, `## Overview`, `## Parameters` and `## Steps`.'
    source.report.error({ code: 'ION4001', span: top, message, hint })
    return
  }
  if (sop.steps.length > 0) return
  const section = outline.sections.find(({ title }) => title.toLowerCase() === 'steps')
  const span = section === undefined ? top : { start: section.start, end: section.bodyStart }
  const message =
    section === undefined
      ? 'There is no section `## Steps`; the whole text is one step.'
      : 'The section of the steps has none; the whole text is one step.'
  const hint = 'Write each step below `## Steps`, under a heading like `### 1. Name`.'
  source.report.warning({ code: 'ION4011', span, message, hint })
}
