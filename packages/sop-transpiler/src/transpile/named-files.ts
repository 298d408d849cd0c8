import type { SopSlice } from '../model.ts'
import { placeholderPattern } from '../read/default-value.ts'
import { isConditionalLabel } from '../read/label.ts'
import { ownText, sentencesOf } from '../read/own-text.ts'
import type { SopUnit } from './unit.ts'

/** A file or folder that a step has to leave. */
export interface NamedFile {
  /** As the author wrote it, with names of parameters in braces. */
  path: string
  slice: SopSlice
}

const verb =
  /\b(?:save|write|create|store|record|document|output|generate|append|export|put|place|produce|log)s?\b/gi

/** What may stand between the verb and the path; a word that says the file is read, or another one, ends it. */
const between =
  /^(?:(?!\b(?:from|using|based on|per|see|in accordance with|like|such as|e\.g\.|than|not)\b)[^.;`]){0,160}$/i

/** The words right before a path that is written to. */
const preposition =
  /(?:\b(?:to|at|in|into|as|under|named|called)|\b(?:file|folder|directory|report|document|log)|:)\s*(?:the\s+)?(?:file\s+)?$/i

/** A path: one with a folder or an ending, and nothing that a shell or a person would have to fill in. */
const path =
  /^(?=[^`]*[\w}](?:\/|\.[A-Za-z]\w{0,9}$))(?:~\/|\/|\.{1,2}\/)*(?:[\w@+-]|\{[A-Za-z_][\w-]*\}|[./](?!\/))+$/

/**
 * Finds the files and folders that a unit has to leave: paths in code in a constraint that holds always and says to save,
 * write, create … there. Paths with names in braces count if all of them are parameters.
 *
 * @param names - The names of the parameters.
 */
export function namedFiles({ constraints }: SopUnit, names: ReadonlySet<string>): NamedFile[] {
  const found = new Map<string, NamedFile>()
  for (const slice of constraints) {
    if (slice.level !== 'must' || slice.condition !== null || isConditionalLabel(slice.label)) continue
    for (const sentence of sentencesOf(ownText(slice.text))) {
      if (
        /^(?:\W*(?:if|when|unless|for|in)\b|\*\*)/i.test(sentence) ||
        / (?:if|when|unless) /i.test(sentence)
      )
        continue
      for (const path of pathsIn(sentence, names)) {
        if (!found.has(path)) found.set(path, { path, slice })
      }
    }
  }
  return [...found.values()]
}

function pathsIn(sentence: string, names: ReadonlySet<string>): string[] {
  return Array.from(sentence.matchAll(/`([^`]{1,300})`/g)).flatMap(({ 1: text = '', index }) => {
    if (!path.test(text) || !hasOnly(names, text)) return []
    const lead = sentence.slice(0, index)
    const written = Array.from(lead.matchAll(verb)).at(-1)
    if (written === undefined) return []
    const words = lead.slice(written.index + written[0].length)
    const isDirect = /^\s*(?:the\s+|a\s+|an\s+)?$/.test(words)
    const isElsewhere = /^\s*(?:alongside|next to|beside|in|inside|within|under|at)\b/i.test(
      sentence.slice(index + text.length + 2),
    )
    return between.test(words) && (isDirect || preposition.test(words)) && !isElsewhere ? [text] : []
  })
}

function hasOnly(names: ReadonlySet<string>, text: string): boolean {
  const used = Array.from(text.matchAll(placeholderPattern), ([, name = '']) => name)
  return used.every((name) => names.has(name)) && !/[{}]/.test(text.replace(placeholderPattern, ''))
}
