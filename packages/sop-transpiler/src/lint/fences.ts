import { visit } from 'unist-util-visit'
import { isCalled } from '../read/outline.ts'
import { rangeOf } from '../read/sop-source.ts'
import { spanOf } from '../read/span-of.ts'
import type { Finding, Rule } from './finding.ts'

/** Fences that take in more than they should. */
export const fenceRules: Rule = ({ source, root, sop }) => {
  const found: Finding[] = []
  const { text } = source.source
  visit(root, 'code', (node) => {
    const { start, end } = spanOf(node)
    const slice = text.slice(start, end)
    const mark = /^(?:`{3,}|~{3,})/.exec(slice)?.[0]
    if (mark === undefined) return
    const last = slice.slice(slice.lastIndexOf('\n') + 1).trim()
    const isClosed = slice.includes('\n') && last.startsWith(mark) && new Set(last).size === 1
    const range = rangeOf(source, { start, end: start + mark.length })
    if (!isClosed) {
      const behind = rangeOf(source, { start: end, end })
      // Inside of a list or a quote the mark would have to be indented as the fence is.
      const isAtMargin = range.start.column === 1 && text.slice(end).trim() === ''
      const fix = isAtMargin ? { range: behind, text: `${slice.endsWith('\n') ? '' : '\n'}${mark}\n` } : null
      const message = 'This fence is never closed: all that follows is code.'
      const hint = `Close it with ${mark} on a line of its own.`
      found.push({ code: 'ION4142', range, message, hint, ...(fix === null ? {} : { fix }) })
    }
    const swallowed =
      sop.steps.length === 0 &&
      node.value.split('\n').some((line) => /^## /.test(line) && isCalled(line.slice(3), 'steps'))
    if (swallowed && isClosed) {
      const message = 'The steps of this file stand in a fence, where they are code.'
      found.push({
        code: 'ION4143',
        range,
        message,
        hint: 'Put four back-ticks around an example that has fences of its own.',
      })
    }
  })
  return found
}
