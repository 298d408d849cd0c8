import type { Nodes, Root } from 'mdast'
import remarkFrontmatter from 'remark-frontmatter'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { type Processor, unified } from 'unified'
import { visit } from 'unist-util-visit'

/** What Markdown comes to, and what had to be given up for it to be read in good time. */
export interface ParsedMarkdown {
  root: Root
  /**
   * `inline`: emphasis and links are not read, since one paragraph has too many of their marks. `all`: nothing is, since
   * lists and quotes are nested too deeply, or too many.
   */
  lost: 'nothing' | 'inline' | 'all'
  /** Where the reason stands. */
  at: number
}

/** Lists and quotes in one another, at the start of one line. Reading them takes time with the square of it. */
const mostContainers = 50

/** Lists and quotes behind an empty line. Reading them, too, takes time with the square of their number. */
const mostBlocks = 3000

/** Marks of emphasis and links in one paragraph. Pairing them takes time with the square of it. */
const mostMarks = 1000

/** Parses Markdown with GitHub's tables and task lists and with frontmatter. Never throws; offsets are into the text. */
export function parseMarkdown(text: string): ParsedMarkdown {
  // The parser would take away byte order marks, and all offsets would be wrong.
  const source = text.replace(/^\uFEFF+/, (marks) => ' '.repeat(marks.length))
  const deep = deeplyNested(source) ?? manyBlocks(source)
  if (deep !== null) return { root: { type: 'root', children: [] }, lost: 'all', at: deep }
  try {
    const crowded = mayBeCrowded(source) ? crowdedParagraph(plainParser.parse(source)) : null
    const root = crowded === null ? parser.parse(source) : plainParser.parse(source)
    return { root, lost: crowded === null ? 'nothing' : 'inline', at: crowded ?? 0 }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { root: { type: 'root', children: [] }, lost: 'all', at: 0 }
  }
}

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml'])

/** Without what is slow in a crowd: emphasis, links and images. Blocks are the same. */
const plainParser = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkFrontmatter, ['yaml'])
  .use(function plain(this: Processor) {
    const data = this.data()
    const disable = {
      null: [
        'attention',
        'labelStartImage',
        'labelStartLink',
        'labelEnd',
        'strikethrough',
        'gfmFootnoteCall',
      ],
    }
    data.micromarkExtensions = [...(data.micromarkExtensions ?? []), { disable }]
  })

/** The offset of a line that opens too many lists and quotes at once. */
function deeplyNested(text: string): number | null {
  let start = 0
  while (start < text.length) {
    let at = start
    let containers = 0
    for (; at < text.length; at++) {
      const char = text.charAt(at)
      if ('>-+*.)'.includes(char)) containers += 1
      else if (char !== ' ' && char !== '\t' && !(char >= '0' && char <= '9')) break
    }
    if (containers > mostContainers && !isRule(text.slice(start, at))) return start
    const end = text.indexOf('\n', at)
    if (end === -1) return null
    start = end + 1
  }
  return null
}

/** The offset of the list or quote that is one too many. */
function manyBlocks(text: string): number | null {
  let count = 0
  for (const { index } of text.matchAll(/\n[ \t]*\n {0,3}(?=>|[-+*][ \t]|\d{1,9}[.)][ \t])/g)) {
    count += 1
    if (count > mostBlocks) return index
  }
  return null
}

/** A line of one character alone is a rule or an underline and nests nothing, unless it is a quote. */
function isRule(prefix: string): boolean {
  const marks = new Set(prefix.replaceAll(' ', ''))
  return marks.size === 1 && !marks.has('>') && !/[-+*] /.test(prefix)
}

/** Whether any stretch without an empty line has many marks. Cheap, and true more often than it has to be. */
function mayBeCrowded(text: string): boolean {
  return text.split(/\n[ \t]*\n/).some((stretch) => marksIn(stretch) > mostMarks)
}

function marksIn(text: string): number {
  let count = 0
  for (const char of text) if ('*_~[]'.includes(char)) count += 1
  return count
}

/** The offset of the first paragraph, heading or cell with too many marks. */
function crowdedParagraph(root: Root): number | null {
  let found: number | null = null
  visit(root, (node: Nodes) => {
    if (node.type !== 'paragraph' && node.type !== 'heading' && node.type !== 'tableCell') return undefined
    const text = node.children.map((child) => ('value' in child ? child.value : '')).join('')
    if (marksIn(text) <= mostMarks) return 'skip'
    found = node.position?.start.offset ?? 0
    return false
  })
  return found
}
