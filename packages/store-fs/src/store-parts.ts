import { Blobs } from './blobs.ts'
import { Creation } from './creation.ts'
import { type FileSystem, nodeFileSystem } from './file-system.ts'
import { IdempotencyKeys } from './idempotency-keys.ts'
import type { Layout } from './layout.ts'
import { Leases } from './leases.ts'
import { OpenLogs } from './open-logs.ts'
import { Projector } from './projector.ts'
import { RunCatalog } from './run-catalog.ts'
import { stateForList } from './state-for-list.ts'

/** What a test puts in the place of the disk and the clock. */
export interface Surroundings {
  files?: FileSystem
  clock?: () => Date
}

/** What a file store consists of. */
export type StoreParts = ReturnType<typeof assembleParts>

/** Puts the parts of a store together. */
export function assembleParts(layout: Layout, { files = nodeFileSystem, clock }: Surroundings) {
  const logs: OpenLogs = new OpenLogs({ layout, files, isSound: (id) => catalog.knows(id) })
  const keys = new IdempotencyKeys(layout, files)
  const projector = new Projector({ layout, files, logs })
  const readState = (id: string) => stateForList(id, { layout, files, logs, projector })
  const catalog = new RunCatalog({ layout, files, readState })
  return {
    layout,
    files,
    clock: clock ?? (() => new Date()),
    logs,
    keys,
    leases: new Leases(layout, files),
    blobs: new Blobs(layout, files),
    creation: new Creation({ layout, files, logs, keys }),
    projector,
    catalog,
  }
}
