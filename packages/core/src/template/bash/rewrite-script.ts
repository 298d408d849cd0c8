import type { PlacedReference, Reference } from '../reference.ts'
import type { Edit, Found, Use } from './found.ts'

/** A shell variable that a rewritten script reads. */
export interface Binding {
  /** Its name. */
  variable: string
  /** What it has to hold: the first of the references that it stands for. */
  reference: PlacedReference
}

/** Puts a shell variable in the place of every reference, one for each distinct reference. */
export function rewriteScript(source: string, found: Found): { script: string; bindings: Binding[] } {
  const uses = found.uses.toSorted((a, b) => a.start - b.start)
  const bindings = new Map<string, Binding>()
  const freeName = variableNames(source)
  const edits: Edit[] = [...found.edits]
  for (const use of uses) {
    const { reference, start, end } = use
    const key = referenceKey(reference)
    let binding = bindings.get(key)
    if (binding === undefined) {
      const text = source.slice(start, end).replace(/^\\+/, '')
      binding = { variable: freeName(), reference: { reference, source: text, start, end } }
      bindings.set(key, binding)
    }
    edits.push({ start, end, text: expansion(use, binding) })
  }
  return { script: applyEdits(source, edits), bindings: [...bindings.values()] }
}

function referenceKey(reference: Reference): string {
  if (reference.kind !== 'node') return `${reference.kind} ${reference.name}`
  return JSON.stringify([reference.nodeId, reference.property, ...reference.path])
}

/** Names that the script itself doesn't have. */
function variableNames(source: string): () => string {
  const taken = new Set(source.match(/ION_REF_\d+/g))
  let number = 0
  return () => {
    do number++
    while (taken.has(`ION_REF_${number}`))
    return `ION_REF_${number}`
  }
}

function expansion({ form }: Use, { variable, reference }: Binding): string {
  switch (form) {
    case 'bare':
      return `"\${${variable}}"`
    case 'double':
      return `\${${variable}}`
    case 'single':
      return `'"\${${variable}}"'`
    case 'ansi':
      return `'"\${${variable}}"$'`
    case 'number':
      // Bash runs commands that it finds in an expression. Anything but a whole number becomes words that are none, and
      // that bash repeats in its message.
      return `\${${variable}/*[!0123456789 -]*/@ ${reference.source.slice(1)} is not a whole number @}`
  }
}

function applyEdits(source: string, edits: Edit[]): string {
  const pieces: string[] = []
  let done = 0
  for (const { start, end, text } of edits.sort((a, b) => a.start - b.start)) {
    pieces.push(source.slice(done, start), text)
    done = end
  }
  pieces.push(source.slice(done))
  return pieces.join('')
}
