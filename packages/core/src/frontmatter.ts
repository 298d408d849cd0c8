import type { Report } from './report.ts'
import { type CommandFrontmatter, frontmatterSchema } from './schema/frontmatter.ts'
import { closestName } from './template/closest-name.ts'
import { type DocumentKind, parseDocument } from './yaml/parse-document.ts'
import { readFields } from './yaml/read-fields.ts'
import type { SourceText } from './yaml/source-text.ts'
import type { SourceMap } from './yaml/source-tree.ts'

const kind: DocumentKind = {
  name: 'Frontmatter',
  keys: '`description:` and `arguments:`',
  whenTooLarge: 'Keep the text behind it short.',
}

/** What stands before the text of a command file, and where the text begins. */
export interface Frontmatter {
  facts: CommandFrontmatter
  /** The offset of the text's first character. */
  bodyStart: number
}

/**
 * Reads the YAML between two lines of `---` with which a command file may begin. Whatever is in it, this reports and never
 * throws.
 */
export function readFrontmatter(source: SourceText, report: Report): Frontmatter {
  const { text } = source
  const opening = /^---[ \t]*(?:\n|$)/.exec(text)
  if (!opening) return { facts: {}, bodyStart: 0 }
  const from = opening[0].length
  const closing = /^---[ \t]*(?:\n|$)/m.exec(text.slice(from))
  if (!closing) {
    const message = 'The frontmatter that begins here has no end.'
    const hint =
      'Close it with a line `---`; a text that is to begin with a line gets an empty line before it.'
    report.error({ code: 'ION3002', span: { start: 0, end: 3 }, message, hint })
    return { facts: {}, bodyStart: text.length }
  }
  const yaml = text.slice(from, from + closing.index)
  const bodyStart = from + closing.index + closing[0].length
  // Blanks in place of the first line, so that every offset is one of the file.
  const padded = `${' '.repeat(from - 1)}\n${yaml}`
  const isEmpty = yaml.split('\n').every((line) => /^\s*(#|$)/.test(line))
  const map = isEmpty ? null : parseDocument({ ...source, text: padded }, report, kind)
  if (map) warnUnknown(map, report)
  return { facts: map ? readFields(map, frontmatterSchema, { source, report }) : {}, bodyStart }
}

/** Other tools have keys of their own there, which mean nothing here. */
function warnUnknown(map: SourceMap, report: Report): void {
  const known = Object.keys(frontmatterSchema.shape)
  for (const { key, keySpan: span } of map.entries) {
    if (known.includes(key) || key.startsWith('x-')) continue
    const near = closestName(key, known)
    const message = `The key \`${key}\` is unknown, and ignored.`
    const hint = near === undefined ? 'Keys for the agent stand on the node.' : `Did you mean \`${near}\`?`
    report.warning({ code: 'ION1102', span, message, hint })
  }
}
