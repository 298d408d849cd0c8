import type { TemplateContext } from '../problem.ts'
import type { Found } from './found.ts'
import type { CommandsFrame, Frame } from './frames.ts'

/** What is known of the whole script while a part of it is read. */
export interface ScriptContext extends TemplateContext {
  /** Shell variables that the script sets itself. */
  assigned: ReadonlySet<string>
  /** Those of them that are associative arrays. */
  associative: ReadonlySet<string>
  /** `$` names of programs in other languages that the script holds (`jq --arg name`, `as $name`). */
  foreign: ReadonlySet<string>
}

/** A reading in progress of a script, or of a part that bash reads on its own (backticks, a here-document's body). */
export interface Reading {
  readonly text: string
  readonly context: ScriptContext
  readonly found: Found
  /** What is open, outermost first. */
  readonly frames: Frame[]
  /** Where `((` is not the beginning of arithmetic, as has turned out. */
  readonly notArithmetic: Set<number>
  at: number
  /** How many readings this one is nested in. */
  readonly depth: number
  /** Reads a part on its own and adds what is in it to `found`. */
  nest(part: Part): void
}

/** A part of a script that bash reads on its own. */
export interface Part {
  text: string
  kind: 'commands' | 'heredoc'
  /** Where the character at an offset of `text` stands in the text around. */
  outer(offset: number): number
  /** How a change to `text` has to be written in the text around. */
  escape(text: string): string
}

/** Opens a context. */
export function push(reading: Reading, frame: Frame): void {
  reading.frames.push(frame)
}

/** The list of commands whose word is being read, where one is. */
export function owner(reading: Reading): CommandsFrame | null {
  const top = reading.frames.at(-1)
  if (top === undefined) return null
  return top.kind === 'commands' ? top : top.owner
}

/** Says that something is still open at the end of the text. Bash will say so too, when it runs the script. */
export function unterminated(reading: Reading, start: number, what: string): void {
  reading.found.problems.push({
    code: 'ION2009',
    severity: 'warning',
    message: `${what} is never closed.`,
    start,
    end: Math.min(start + 1, reading.text.length),
  })
}
