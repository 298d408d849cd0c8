import type { SourceProblem } from '../problem.ts'
import type { ScriptContext } from './script-context.ts'
import type { ScriptReference } from './script-template.ts'

/** A reading in progress of a script. */
export interface ScriptReading {
  readonly text: string
  readonly context: ScriptContext
  at: number
  readonly references: ScriptReference[]
  /** Changes to the author's text, besides the references. */
  readonly edits: { start: number; end: number; text: string }[]
  readonly problems: SourceProblem[]
  /** Names of the script's own variables that begin with a `$`, once they have been looked for. */
  ownVariables?: ReadonlySet<string>
}

/** Says that something is still open where it has to be closed. What follows it can't be told apart from it. */
export function unterminated(reading: ScriptReading, start: number, what: string): void {
  reading.problems.push({
    code: 'ION2015',
    severity: 'error',
    message: `${what} is never closed.`,
    start,
    end: Math.min(start + 1, reading.text.length),
  })
}

/** What a pattern that is sticky matches where the reading is; goes behind it. */
export function take(reading: ScriptReading, pattern: RegExp): string | null {
  pattern.lastIndex = reading.at
  const found = pattern.exec(reading.text)?.[0] ?? null
  if (found !== null) reading.at += found.length
  return found
}

const restOfLine = { typescript: /[^\n\r\u2028\u2029]*/y, python: /[^\n\r]*/y }

/** Goes to the end of the line. */
export function skipLine(reading: ScriptReading): void {
  take(reading, restOfLine[reading.context.language])
}
