import { createHash } from 'node:crypto'
import type { SopModel } from '@ion/sop-transpiler'
import { displayPath } from '../project.ts'
import type { SopFile } from './sop-source.ts'

/** A SOP as other programs are told of it. */
export interface DescribedSop {
  /** Small letters, digits and single hyphens; at most 64 characters. */
  name: string
  /** What it does and when to use it, in one line of at most 1,024 characters without tags. */
  description: string
  /** The SOP, without frontmatter. */
  text: string
  sop: SopModel
  /** Where it is, as one would type it here. */
  file: string
}

/** What a name and a description of a skill may have, in characters. */
const longestName = 64
const longestDescription = 1024

/** Reads a SOP for programs that take it as a text. What has nothing to be carried out is told. */
export async function describeSop({
  path,
  text,
}: SopFile): Promise<{ described: DescribedSop; fault: null } | { described: null; fault: string }> {
  const { parseSop } = await import('@ion/sop-transpiler')
  const { sop, diagnostics } = parseSop(text, { path })
  const file = displayPath(path)
  const error = diagnostics.find(({ severity }) => severity === 'error')
  if (error) return { described: null, fault: `${file}: ${error.message}` }
  const name = skillName(sop.name ?? '')
  return {
    described: { name, description: descriptionOf(sop) || name, text: sop.text, sop, file },
    fault: null,
  }
}

/** A name as skills and commands have it. A longer one ends in a digest, and what has no letter of ASCII is one. */
export function skillName(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8)
  if (words === '') return `sop-${digest}`
  if (words.length <= longestName) return words
  return `${words.slice(0, longestName - digest.length - 1).replace(/-$/, '')}-${digest}`
}

function descriptionOf({ frontmatter, overview, title }: SopModel): string {
  const given = frontmatter?.values.description
  const own = typeof given === 'string' && given.trim() !== '' ? given : (overview?.body ?? '')
  return shortened(own) || shortened(title?.text ?? '')
}

/** In one line, without the brackets of tags, cut between two words. */
function shortened(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/<([^<>]*)>/g, '$1')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (line.length <= longestDescription) return line
  const cut = line.slice(0, longestDescription - 1)
  const end = cut.lastIndexOf(' ')
  return `${(end > 0 ? cut.slice(0, end) : cut).toWellFormed().trimEnd()}…`
}
