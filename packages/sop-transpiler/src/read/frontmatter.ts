import { type JsonObject, readYaml } from '@ion/core'
import type { Root } from 'mdast'
import type { SopFrontmatter } from '../model.ts'
import { rangeOf, type SopSource } from './sop-source.ts'
import { spanOf } from './span-of.ts'

const kind = { name: 'Frontmatter', keys: '`name:` and `description:`', whenTooLarge: 'Keep it short.' }

/** Reads the YAML at the top. What is wrong with it is a warning: the procedure stands below. */
export function readFrontmatter(root: Root, sop: SopSource): SopFrontmatter | null {
  const node = root.children[0]
  if (node?.type !== 'yaml') return null
  const span = spanOf(node)
  if (node.value.trim() === '') return { values: {}, range: rangeOf(sop, span) }
  const { file, diagnostics } = readYaml(node.value, { path: sop.path, kind })
  const [fault] = diagnostics.filter(({ severity }) => severity === 'error')
  if (fault !== undefined) {
    const line = fault.range.start.line + 1
    const message = `The frontmatter can't be read, at line ${line}: ${fault.message}`
    sop.report.warning({ code: 'ION4003', span: { start: span.start, end: span.start + 3 }, message })
  }
  return { values: file?.value ?? ({} satisfies JsonObject), range: rangeOf(sop, span) }
}
