import { type CaseResult, type ConformanceReport, conformanceReport } from './conformance-report.ts'
import { longForm, repeats } from './effort.ts'
import { type BoundCase, storeConformance } from './store-conformance.ts'
import type { StoreSubject } from './subject.ts'

/** No case takes nearly so long; it is there for those that would never end. */
const timeoutMs = (longForm ? 600_000 : 60_000) * repeats

type Register = (name: string, run: () => Promise<void>, timeoutMs: number) => unknown

/** The two functions of a test runner that the suite registers itself with: those of vitest, node:test, Jest or Mocha. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it: Register & { skip?: Register }
  /** Is given the report once all cases have run. Default: prints its text. */
  report?(report: ConformanceReport): unknown
}

/**
 * Registers the whole suite for a store: a group for the store, a group an area in it, a test a promise. What the
 * store's declared abilities exclude is registered as skipped, with the reason in its name. The last test prints a report.
 *
 * @example
 * import { describe, it } from 'node:test'
 * import { describeStore } from '@ion/store-testkit'
 *
 * describeStore(
 *   {
 *     name: 'MyStore',
 *     module: new URL('./my-store.ts', import.meta.url).href,
 *     url: () => `mine:${mkdtempSync('/tmp/mine-')}`,
 *     abilities: { processes: 'many', hosts: 'one', maxEventBytes: 1_048_576 },
 *   },
 *   { describe, it },
 * )
 */
export function describeStore(subject: StoreSubject, { describe, it, report = print }: TestRunner): void {
  // By the place of the case in the suite, in whatever order a runner takes them.
  const results: CaseResult[] = []
  const cases = storeConformance(subject).map((item, place) => {
    return noting(item, (result) => {
      results[place] = result
    })
  })
  describe(`${subject.name} keeps the store contract`, () => {
    for (const area of new Set(cases.map((item) => item.area))) {
      describe(area, () => {
        for (const { name, skipped, run } of cases.filter((item) => item.area === area)) {
          if (skipped === null) it(name, run, timeoutMs)
          else if (it.skip) it.skip(`${name} (${skipped})`, run, timeoutMs)
          else it(`${name} (skipped: ${skipped})`, async () => {}, timeoutMs)
        }
      })
    }
    // The last of the tests, since not every runner has a hook after all of them.
    it('(the report)', async () => void report(conformanceReport(subject, Object.values(results))), timeoutMs)
  })
}

function print({ text }: ConformanceReport): void {
  console.log(text)
}

/** The same case, which notes what it comes to. */
function noting(item: BoundCase, note: (result: CaseResult) => void): BoundCase {
  const { area, name, skipped } = item
  if (skipped !== null) note({ area, name, outcome: 'skipped', reason: skipped })
  return {
    ...item,
    async run() {
      try {
        await item.run()
        note({ area, name, outcome: 'passed' })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        note({ area, name, outcome: 'failed', reason })
        throw error
      }
    },
  }
}
