import type { Report } from '../report.ts'
import { variableNames } from '../template/reference.ts'
import type { NodeOutline } from '../yaml/node-outline.ts'
import type { SourceText } from '../yaml/source-text.ts'
import { entryOf } from '../yaml/source-tree.ts'

const idPattern = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/** Ids that a reference would read as something else. */
const reserved: ReadonlySet<string> = new Set(['INPUTS', 'LOOP_PREV', ...variableNames])

/** Checks that every node has an id, a good one, and one of its own. */
export function checkIds(
  outlines: NodeOutline[],
  { report, source }: { report: Report; source: SourceText },
): void {
  const firsts = new Map<string, NodeOutline>()
  for (const outline of outlines) {
    const { id, idSpan: span, map } = outline
    if (!entryOf(map, 'id')) report.error({ code: 'ION1110', span, message: 'This node has no `id`.' })
    if (id === null) continue
    checkForm(id, outline, report)
    const first = firsts.get(id.toLowerCase())
    if (first === undefined) {
      firsts.set(id.toLowerCase(), outline)
      continue
    }
    const { line, column } = source.position(first.idSpan.start)
    const at = `at ${line}:${column}`
    if (first.id === id) {
      const message = `The id \`${id}\` is here for the second time; the first is ${at}.`
      report.error({ code: 'ION1201', span, message, hint: 'Every node has an id of its own.' })
    } else {
      const message = `The ids \`${id}\` and \`${first.id}\` ${at} differ only in case.`
      const hint = 'A file system may not tell them apart; call one of them something else.'
      report.error({ code: 'ION1202', span, message, hint })
    }
  }
}

function checkForm(id: string, { idSpan: span }: NodeOutline, report: Report): void {
  if (!idPattern.test(id)) {
    const message = `\`${id}\` can't be the id of a node.`
    const hint = 'An id has up to 64 letters, digits, `_` and `-`, and begins with a letter or `_`.'
    report.error({ code: 'ION1206', span, message, hint })
  } else if (reserved.has(id)) {
    const message = `\`${id}\` can't be the id of a node: \`$${id}\` means something else.`
    report.error({ code: 'ION1207', span, message })
  }
}
