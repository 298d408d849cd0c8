import type { PlacedReference } from '../reference.ts'

/** The languages of inline scripts: `typescript` stands for JavaScript as well. */
export type ScriptLanguage = 'typescript' | 'python'

/** A script with references, each with what surrounds it: what it has to be written as depends on that. */
export interface ScriptTemplate {
  /** As the author wrote it. */
  source: string
  language: ScriptLanguage
  /** Program text and references, in order. */
  segments: ScriptSegment[]
}

/** A piece of a script: program text, or a reference. */
export type ScriptSegment = string | ScriptReference

/** A reference in a script. */
export interface ScriptReference extends PlacedReference {
  place: ScriptPlace
}

/** Where in the grammar of its language a reference stands. */
export type ScriptPlace =
  /** Among expressions: it becomes a literal. */
  | { kind: 'code' }
  /** In `'…'` or `"…"` of JavaScript. */
  | { kind: 'js-string' }
  /** In a template literal of JavaScript, tagged or not. */
  | { kind: 'js-template' }
  /** In a regular expression of JavaScript. */
  | { kind: 'js-regex'; inClass: boolean }
  /** In a string of Python that is not raw (raw ones with references are made so). */
  | { kind: 'python-string'; bytes: boolean; fields: boolean }
  /** In the expression of a replacement field, `f'{…}'`: no backslashes and no quotes of the strings around. */
  | { kind: 'python-field'; freeQuote: '"' | "'" | null }
  /** In a string or a format inside of a replacement field, where nothing can be escaped. */
  | { kind: 'python-plain'; what: 'string' | 'format' }
