import type { Range } from '@ion/core'
import type { Root } from 'mdast'
import type { SopModel } from '../model.ts'
import type { SopSource } from '../read/sop-source.ts'

/** Something a rule has found. */
export interface Finding {
  code: string
  range: Range
  message: string
  hint?: string
  /** The letter of the format is broken: an error when that is asked for. */
  isFormat?: boolean
  /** What mends it without a change of meaning. */
  fix?: { range: Range; text: string }
}

/** What rules look at. */
export interface LintContext {
  sop: SopModel
  source: SopSource
  root: Root
}

/** A rule, or several about one subject. */
export type Rule = (context: LintContext) => Finding[]

/** Where a file begins. */
export const topOfFile: Range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
