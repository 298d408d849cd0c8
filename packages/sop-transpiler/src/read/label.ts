import type { Paragraph, RootContent } from 'mdast'
import { toString as plainText } from 'mdast-util-to-string'

/**
 * The label that a paragraph is: only bold text, with a colon inside, behind or not at all (`**Constraints:**`), or a short
 * line that ends in a colon.
 *
 * @returns the label without its colon; `null` when the paragraph is none
 */
export function labelOf(node: RootContent): string | null {
  if (node.type !== 'paragraph') return null
  const text = plainText(node).trim()
  const [first, ...rest] = node.children
  const isBold = first?.type === 'strong' && plainText(rest).replace(/[\s:]/g, '') === ''
  const isLine = text.endsWith(':') && text.length <= 80 && !text.includes('\n')
  return isBold || isLine ? text.replace(/\s*:\s*$/, '') : null
}

/** The bold words that a paragraph begins with, if a colon ends them: `**Note:** …`. */
export function leadingLabel(node: Paragraph): string | null {
  const [first, second] = node.children
  if (first?.type !== 'strong') return null
  const text = plainText(first).trim()
  const follows = second?.type === 'text' && second.value.startsWith(':')
  return text.endsWith(':') || follows ? text.replace(/\s*:$/, '') : null
}

/** Whether a label begins the part about how parameters are got. */
export function isAcquisitionLabel(label: string): boolean {
  return /\bacquisition\b|^constraints\b/i.test(label)
}

/** Whether what stands below a label holds only at times: `Constraints for large files`, `Interactive Mode`. */
export function isConditionalLabel(label: string | null): boolean {
  return label !== null && /\b(?:if|when|for|unless|while|only|optional|mode)\b/i.test(label)
}
