import { annotationImports } from './areas/annotation-imports.ts'
import { annotationLists } from './areas/annotation-lists.ts'
import { annotationRaces } from './areas/annotation-races.ts'
import { annotations } from './areas/annotations.ts'
import { artifacts } from './areas/artifacts.ts'
import { claims } from './areas/claims.ts'
import { clocks } from './areas/clocks.ts'
import { commits } from './areas/commits.ts'
import { concurrency } from './areas/concurrency.ts'
import { crashes } from './areas/crashes.ts'
import { deletion } from './areas/deletion.ts'
import { eventSizes, events } from './areas/events.ts'
import { feed } from './areas/feed.ts'
import { handles } from './areas/handles.ts'
import { histories } from './areas/histories.ts'
import { imports } from './areas/imports.ts'
import { largeData } from './areas/large-data.ts'
import { listing } from './areas/listing.ts'
import { logLists } from './areas/log-lists.ts'
import { logRaces } from './areas/log-races.ts'
import { logs } from './areas/logs.ts'
import { oddData } from './areas/odd-data.ts'
import { oddNames } from './areas/odd-names.ts'
import { oddValues } from './areas/odd-values.ts'
import { outputs } from './areas/outputs.ts'
import { overlaps } from './areas/overlaps.ts'
import { paging } from './areas/paging.ts'
import { races } from './areas/races.ts'
import { runFields } from './areas/run-fields.ts'
import { runs } from './areas/runs.ts'
import { signals } from './areas/signals.ts'
import { transitions } from './areas/transitions.ts'
import { unknownOutcomes } from './areas/unknown-outcomes.ts'
import { watching } from './areas/watching.ts'
import { withContext } from './case-context.ts'
import type { Area, ConformanceCase } from './conformance-case.ts'
import { repeats } from './effort.ts'
import { type StoreSubject, unmetNeeds } from './subject.ts'

/** Every case of the suite, area by area. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...runs,
  ...runFields,
  ...deletion,
  ...listing,
  ...events,
  ...eventSizes,
  ...commits,
  ...transitions,
  ...outputs,
  ...claims,
  ...signals,
  ...paging,
  ...oddData,
  ...oddNames,
  ...oddValues,
  ...handles,
  ...concurrency,
  ...overlaps,
  ...histories,
  ...feed,
  ...unknownOutcomes,
  ...largeData,
  ...races,
  ...crashes,
  ...clocks,
  ...imports,
  ...annotations,
  ...annotationLists,
  ...annotationImports,
  ...annotationRaces,
  ...logs,
  ...logLists,
  ...logRaces,
  ...watching,
  ...artifacts,
]

/** A case bound to a store. */
export interface BoundCase {
  area: Area
  /** The promise that is tested. */
  name: string
  /** Why the case doesn't apply to this store; `null` when it does. */
  skipped: string | null
  /** Runs the case in a fresh place. Rejects, naming the broken promise, when the store doesn't keep it. */
  run(): Promise<void>
}

/**
 * The suite for one store, as data: for a runner of your own. With the usual runners `describeStore` is shorter.
 *
 * @example
 * for (const { area, name, skipped, run } of storeConformance(subject)) {
 *   if (skipped === null) await run()
 *   else console.log(`skipped ${area}: ${name}: ${skipped}`)
 * }
 */
export function storeConformance(subject: StoreSubject): BoundCase[] {
  return conformanceCases.map((item) => {
    const unmet = unmetNeeds(subject, item.needs ?? [])
    return {
      area: item.area,
      name: item.name,
      skipped: unmet.length > 0 ? `needs ${unmet.join(', ')}` : null,
      run: () => runCase(subject, item),
    }
  })
}

async function runCase(subject: StoreSubject, { area, name, run }: ConformanceCase): Promise<void> {
  try {
    for (let round = 0; round < repeats; round++) await withContext(subject, run)
  } catch (error) {
    const promise = `${subject.name} breaks a promise of the contract (${area}): ${name}`
    if (!(error instanceof Error)) throw new Error(promise, { cause: error })
    // The same error, so that a runner still shows its stack and the difference between the values.
    error.message = `${promise}\n${error.message}`
    throw error
  }
}
