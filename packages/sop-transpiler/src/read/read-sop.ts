import { basename } from 'node:path'
import type { Root, RootContent } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'
import type { SopFrontmatter, SopModel, SopSection, SopSlice, SopStep } from '../model.ts'
import { readFrontmatter } from './frontmatter.ts'
import { mergeParameters } from './merge-parameters.ts'
import { isCalled, type Outline, type OutlineSection, outlineOf, type SectionPurpose } from './outline.ts'
import { declaresOnlyParameters, readParameters } from './parameters.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { referenceFinder } from './references.ts'
import { withSettings } from './settings.ts'
import { rangeOf, type SopSource, sliceOf, sopSource } from './sop-source.ts'
import { spanOf } from './span-of.ts'
import { statementsOf } from './statements.ts'
import { readSteps, type StepSection } from './steps.ts'
import { warnOfStructure } from './structure-problems.ts'

/** A SOP with what it was read from. */
export interface ReadSop {
  sop: SopModel
  source: SopSource
  root: Root
}

/** The largest SOP that is read, in characters: 1 Mi. */
const mostCharacters = 1024 * 1024

/** Reads a SOP; everything doubtful is in the report of its source. */
export function readSop(text: string, path: string | null): ReadSop {
  const source = sopSource(text, path)
  const root = rootOf(source)
  const end = source.source.text.length
  const outline = outlineOf(root, end)
  const frontmatter = readFrontmatter(root, source)
  const sop = modelOf(outline, { root, source, frontmatter })
  warnOfStructure(sop, { source, outline, isBlank: root.children.every(({ type }) => type === 'yaml') })
  return { sop, source, root }
}

function rootOf(source: SopSource): Root {
  const { text } = source.source
  const nothing: Root = { type: 'root', children: [] }
  if (text.length > mostCharacters) {
    const message = 'The file has more than 1 Mi characters.'
    const hint = 'Move long texts to files of their own, and name them.'
    source.report.error({ code: 'ION4002', span: { start: 0, end: 0 }, message, hint })
    return nothing
  }
  const { root, lost, at } = parseMarkdown(text)
  const span = { start: at, end: Math.min(at + 1, text.length) }
  if (lost === 'all') {
    const message =
      'Up to here are too many lists and quotes, or too many in one another; the file is taken as plain text.'
    source.report.warning({ code: 'ION4004', span, message })
  }
  if (lost === 'inline') {
    const message = 'This paragraph has too many marks of emphasis and links; none are read in this file.'
    source.report.warning({ code: 'ION4004', span, message })
  }
  return root
}

interface Reading {
  root: Root
  source: SopSource
  frontmatter: SopFrontmatter | null
}

function modelOf(outline: Outline, reading: Reading): SopModel {
  const { root, source, frontmatter } = reading
  const { sections } = outline
  const stepsAt = purposeAt(sections, 'steps')
  const {
    steps,
    intro,
    sections: taken,
  }: StepSection = stepsAt === -1
    ? { steps: [], intro: [], sections: 0 }
    : readSteps(outline, stepsAt, source)
  const free = sections.filter((_, index) => index < stepsAt || index >= stepsAt + taken)
  const overviewAt = free[purposeAt(free, 'overview')]
  const parameterSections = free.filter((section) => isOfParameters(section, source))
  const read = mergeParameters(parameterSections, { source, frontmatter, readParameters })
  const special = new Set<OutlineSection | undefined>([overviewAt, ...parameterSections])
  const sectionOf = (section: OutlineSection) =>
    toSection(section, {
      source,
      beforeSteps: stepsAt === -1 || section.start < (sections[stepsAt]?.start ?? 0),
    })
  const named = (purpose: SectionPurpose) => {
    const found = free.find((section) => !special.has(section) && isCalled(section.title, purpose))
    special.add(found)
    return found === undefined ? null : sectionOf(found)
  }
  const examples = named('examples')
  const troubleshooting = named('troubleshooting')
  const others = free.filter(
    (section) => !special.has(section) && (section.nodes.length > 0 || section.depth > 1),
  )
  const model: SopModel = {
    name: nameOf(frontmatter, source.path),
    path: source.path,
    text: bodyOf(source, frontmatter),
    frontmatter,
    title: outline.title && titleOf(outline, source),
    preamble: sliceOfNodes(outline.preamble, source),
    overview: overviewAt === undefined ? null : sectionOf(overviewAt),
    ...read,
    steps: withSettings(steps, { root, source }),
    examples,
    troubleshooting,
    sections: [...introSection(intro, { source, section: sections[stepsAt] }), ...others.map(sectionOf)],
  }
  return withReferences(model)
}

/** The section of a purpose: by the format's own word, else by another. */
function purposeAt(sections: readonly OutlineSection[], purpose: SectionPurpose): number {
  const own = sections.findIndex(({ title }) => title.toLowerCase() === purpose)
  return own === -1 ? sections.findIndex(({ title }) => isCalled(title, purpose)) : own
}

function isOfParameters(section: OutlineSection, source: SopSource): boolean {
  if (!isCalled(section.title, 'parameters')) return false
  return section.title.toLowerCase().includes('parameters') || declaresOnlyParameters(section, source)
}

function titleOf({ title }: Outline, source: SopSource): SopSlice | null {
  if (title === null) return null
  return { text: plainText(title).replace(/\s+/g, ' ').trim(), range: rangeOf(source, spanOf(title)) }
}

function nameOf(frontmatter: SopFrontmatter | null, path: string | null): string | null {
  const given = frontmatter?.values.name
  if (typeof given === 'string' && given.trim() !== '') return given.trim().replace(/\s+/g, ' ')
  return path === null ? null : basename(path).replace(/(?:\.sop)?\.(?:md|markdown)$/i, '')
}

function bodyOf({ source }: SopSource, frontmatter: SopFrontmatter | null): string {
  const lines = frontmatter === null ? 0 : frontmatter.range.end.line
  let start = 0
  for (let line = 0; line < lines && start !== -1; line++)
    start = source.text.indexOf('\n', start) + 1 || source.text.length
  return source.text.slice(start).trim()
}

function toSection(
  section: OutlineSection,
  { source, beforeSteps }: { source: SopSource; beforeSteps: boolean },
): SopSection {
  const { title, depth, start, bodyStart, end, nodes } = section
  return {
    heading: title,
    depth,
    body: sliceOf(source, { start: bodyStart, end }).text,
    range: sliceOf(source, { start, end }).range,
    beforeSteps,
    references: [],
    statements: statementsOf(source, nodes),
  }
}

function sliceOfNodes(nodes: readonly RootContent[], source: SopSource): SopSlice | null {
  const [first, last] = [nodes[0], nodes.at(-1)]
  if (first === undefined || last === undefined) return null
  return sliceOf(source, { start: spanOf(first).start, end: spanOf(last).end })
}

/** What stands between the heading of the steps and the first of them holds for all. */
function introSection(
  intro: readonly RootContent[],
  { source, section }: { source: SopSource; section: OutlineSection | undefined },
): SopSection[] {
  const slice = sliceOfNodes(intro, source)
  if (slice === null || section === undefined) return []
  const { title: heading, depth } = section
  const statements = statementsOf(source, intro)
  const { text: body, range } = slice
  return [{ heading, depth, body, range, beforeSteps: true, references: [], statements }]
}

function withReferences(sop: SopModel): SopModel {
  const targets = [...sop.sections, sop.examples, sop.troubleshooting].filter((section) => section !== null)
  const referencesIn = referenceFinder(targets)
  const ofSection = <T extends SopSection | null>(section: T) =>
    section && { ...section, references: referencesIn(section.body).filter((one) => one !== section.heading) }
  const ofStep = (step: SopStep): SopStep => ({
    ...step,
    references: referencesIn(step.text),
    substeps: step.substeps.map(ofStep),
  })
  return {
    ...sop,
    overview: ofSection(sop.overview),
    steps: sop.steps.map(ofStep),
    examples: ofSection(sop.examples),
    troubleshooting: ofSection(sop.troubleshooting),
    sections: sop.sections.map((section) => ({ ...section, references: ofSection(section).references })),
  }
}
