import type { ScriptReading } from './reading.ts'
import type { ScriptPlace } from './script-template.ts'

/** A string that is open. */
export interface StringFrame {
  kind: 'string'
  /** Where its prefix begins. */
  start: number
  /** `'`, `"`, `'''` or `"""`. */
  quote: string
  raw: boolean
  bytes: boolean
  /** It has replacement fields: `f'…'`, `t'…'`. */
  fields: boolean
  /** What would make a raw string one that isn't. */
  unraw: { start: number; end: number; text: string }[]
  /** It holds a reference, for which it must not be raw. */
  hasReference: boolean
}

/** Something open in a script of Python. Brackets only matter in replacement fields. */
export type PythonFrame = StringFrame | { kind: 'field'; depth: number } | { kind: 'format' }

/** A reading in progress of a script of Python. */
export interface PythonReading extends ScriptReading {
  /** What is open, outermost first. */
  readonly frames: PythonFrame[]
}

/** What a reference among expressions has to be written as. */
export function placeOfCode({ frames }: PythonReading): ScriptPlace {
  if (frames.length === 0) return { kind: 'code' }
  const used = frames.flatMap((frame) => (frame.kind === 'string' ? [frame.quote.charAt(0)] : []))
  const freeQuote = (['"', "'"] as const).find((quote) => !used.includes(quote)) ?? null
  return { kind: 'python-field', freeQuote }
}

/** What a reference in a string has to be written as. */
export function placeInString({ frames }: PythonReading, { bytes, fields }: StringFrame): ScriptPlace {
  if (frames.length > 1) return { kind: 'python-plain', what: 'string' }
  return { kind: 'python-string', bytes, fields }
}
