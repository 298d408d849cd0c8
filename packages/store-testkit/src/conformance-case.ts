import type { CaseContext } from './case-context.ts'
import type { Need } from './subject.ts'

/** The areas of the suite: one file each. */
export type Area =
  | 'runs'
  | 'run fields'
  | 'deletion'
  | 'listing'
  | 'events'
  | 'commits'
  | 'transitions'
  | 'outputs'
  | 'concurrency'
  | 'races'
  | 'crashes'
  | 'clocks'
  | 'unknown outcomes'
  | 'large data'
  | 'claims'
  | 'signals'
  | 'paging'
  | 'odd data'
  | 'handles'
  | 'histories'
  | 'imports'
  | 'feed'
  | 'annotations'
  | 'logs'
  | 'watching'
  | 'artifacts'

/** One promise of the contract, put to the test. */
export interface ConformanceCase {
  area: Area
  /** The promise, as a sentence about the store. */
  name: string
  /** What the case asks of the store beyond the contract. */
  needs?: readonly Need[]
  /** Resolves when the promise is kept, rejects with an assertion when it is broken. */
  run(context: CaseContext): Promise<void>
}

/** The cases of one area, from a table of promises. */
export function casesOf(
  area: Area,
  promises: { [name: string]: ConformanceCase['run'] },
  needs: readonly Need[] = [],
): ConformanceCase[] {
  return Object.entries(promises).map(([name, run]) => ({ area, name, needs, run }))
}
