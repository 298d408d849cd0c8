import { longForm, repeats } from './effort.ts'
import { storeConformance } from './store-conformance.ts'
import type { StoreSubject } from './subject.ts'

/** No case takes nearly so long; it is there for those that would never end. */
const timeoutMs = (longForm ? 600_000 : 60_000) * repeats

type Register = (name: string, run: () => Promise<void>, timeoutMs: number) => unknown

/** The two functions of a test runner that the suite registers itself with: those of vitest, node:test, Jest or Mocha. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it: Register & { skip?: Register }
}

/**
 * Registers the whole suite for a store: a group for the store, a group an area in it, a test a promise. What the
 * store's declared abilities exclude is registered as skipped, with the reason in its name.
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
export function describeStore(subject: StoreSubject, { describe, it }: TestRunner): void {
  const cases = storeConformance(subject)
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
  })
}
