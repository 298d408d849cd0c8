import { parseTemplate, type TemplateContext } from '@ion/core'

/** A piece of a prompt: a text that stays as it is, or a reference in Ion's words without `$` and braces. */
export type Piece = string | { reference: string }

/**
 * Writes a prompt as a template. Whatever a text holds, and whatever stands beside it, it comes out as it went in: what
 * would be a reference gets a backslash, and backslashes before one are doubled.
 *
 * @param context - The names that are references in the workflow.
 */
export function promptText(pieces: readonly Piece[], context: TemplateContext): string {
  const merged = mergeTexts(pieces)
  return merged
    .map((piece, index) =>
      typeof piece === 'string'
        ? escapeText(piece, { context, isBeforeReference: index < merged.length - 1 })
        : `\${${piece.reference}}`,
    )
    .join('')
}

function mergeTexts(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = []
  for (const piece of pieces) {
    const last = merged.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') merged[merged.length - 1] = last + piece
    else merged.push(piece)
  }
  return merged
}

function escapeText(
  text: string,
  { context, isBeforeReference }: { context: TemplateContext; isBeforeReference: boolean },
): string {
  let escaped = ''
  let done = 0
  for (let at = text.indexOf('$'); at !== -1; ) {
    const next = text.indexOf('$', at + 1)
    if (isReference(text.slice(at, next === -1 ? undefined : next), context)) {
      const backslashes = backslashesBefore(text, at)
      escaped += `${text.slice(done, at)}${'\\'.repeat(backslashes + 1)}`
      done = at
    }
    at = next
  }
  const rest = text.slice(done)
  return escaped + rest + (isBeforeReference ? '\\'.repeat(backslashesBefore(rest, rest.length)) : '')
}

/** Whether a text begins with a reference: then a backslash before it is no part of the result. */
function isReference(text: string, context: TemplateContext): boolean {
  const [first] = parseTemplate(`\\${text}`, context).template.segments
  return typeof first !== 'string' || !first.startsWith('\\')
}

function backslashesBefore(text: string, at: number): number {
  let count = 0
  while (text[at - count - 1] === '\\') count += 1
  return count
}
