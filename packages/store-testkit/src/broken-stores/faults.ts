import type { Area } from '../conformance-case.ts'
import { annotationFaults } from './annotation-faults.ts'
import { annotationImportFaults } from './annotation-import-faults.ts'
import { appendFaults } from './append-faults.ts'
import { artifactFaults } from './artifact-faults.ts'
import { claimFaults } from './claim-faults.ts'
import { dataFaults } from './data-faults.ts'
import { deletionFaults } from './deletion-faults.ts'
import { eventFaults } from './event-faults.ts'
import type { Fault, Faults } from './fault.ts'
import { feedFaults } from './feed-faults.ts'
import { logFaults } from './log-faults.ts'
import { runFaults } from './run-faults.ts'
import { signalFaults } from './signal-faults.ts'

import { watchingFaults } from './watching-faults.ts'

/** Faults of one kind, and the areas of the suite whose matter they are. */
export interface FaultGroup {
  areas: readonly Area[]
  faults: Faults
}

/** What can be wrong with a store, by what it is wrong about. */
export const faultGroups: { readonly [about: string]: FaultGroup } = {
  'appends, batches and commit ids': {
    areas: ['events', 'commits', 'transitions', 'concurrency'],
    faults: appendFaults,
  },
  claims: { areas: ['claims'], faults: claimFaults },
  signals: { areas: ['signals', 'transitions', 'events', 'paging', 'concurrency'], faults: signalFaults },
  'the log': { areas: ['events', 'paging', 'handles'], faults: eventFaults },
  'runs and lists': { areas: ['runs', 'run fields', 'listing', 'paging'], faults: runFaults },
  'values and outputs': { areas: ['odd data', 'outputs', 'events'], faults: dataFaults },
  'what stores may offer': {
    areas: ['annotations', 'watching', 'artifacts'],
    faults: { ...annotationFaults, ...annotationImportFaults, ...watchingFaults, ...artifactFaults },
  },
  'log entries': { areas: ['logs'], faults: logFaults },
  deletion: { areas: ['deletion'], faults: deletionFaults },
  'the feed': { areas: ['feed'], faults: feedFaults },
}

/** The fault of this name. */
export function faultNamed(name: string): Fault {
  for (const { faults } of Object.values(faultGroups)) {
    const fault = faults[name]
    if (fault) return fault
  }
  throw new Error(`there is no fault "${name}"`)
}
