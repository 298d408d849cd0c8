import type { SopAcquisition, SopFrontmatter, SopParameter } from '../model.ts'
import { frontmatterParameters } from './frontmatter-parameters.ts'
import { offsetOf } from './offset-of.ts'
import type { OutlineSection } from './outline.ts'
import type { readParameters } from './parameters.ts'
import type { SopSource } from './sop-source.ts'

/** The parameters of a SOP, put together. */
export interface MergedParameters {
  parameters: SopParameter[]
  acquisition: SopAcquisition | null
}

/**
 * The parameters of all sections that have any, and of the frontmatter. In files that a generator has wrapped, a summary
 * stands before the declarations themselves: of a name that two sections have, the one that says more counts.
 */
export function mergeParameters(
  sections: readonly OutlineSection[],
  {
    source,
    frontmatter,
    readParameters: read,
  }: {
    source: SopSource
    frontmatter: SopFrontmatter | null
    readParameters: typeof readParameters
  },
): MergedParameters {
  const fromTop = frontmatterParameters(frontmatter)
  const known = fromTop.map(({ name }) => name)
  const byName = new Map<string, SopParameter>()
  let acquisition: SopAcquisition | null = null
  for (const section of sections) {
    const { parameters, acquisition: own } = read(section, { sop: source, known })
    const here = new Set<string>()
    for (const parameter of parameters) {
      if (here.has(parameter.name)) warnOfDuplicate(source, parameter)
      const before = byName.get(parameter.name)
      const saysMore =
        before === undefined || (!here.has(parameter.name) && (parameter.isTagged || !before.isTagged))
      if (saysMore) byName.set(parameter.name, parameter)
      here.add(parameter.name)
    }
    acquisition ??= own
  }
  for (const parameter of fromTop) if (!byName.has(parameter.name)) byName.set(parameter.name, parameter)
  return { parameters: [...byName.values()], acquisition }
}

function warnOfDuplicate({ report, source }: SopSource, { name, nameRange }: SopParameter): void {
  const start = offsetOf(source.text, nameRange.start)
  const end = offsetOf(source.text, nameRange.end)
  const message = `The parameter \`${name}\` is declared for the second time; the first declaration counts.`
  report.warning({ code: 'ION4022', span: { start, end }, message, hint: 'Remove one, or rename it.' })
}
