import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { checkExpected, type DeleteOptions, isStoreError, LeaseLostError } from '@ion/store'
import { creationOf } from './creation-line.ts'
import { isMissing } from './file-errors.ts'
import type { FileSystem } from './file-system.ts'
import type { IdempotencyKeys } from './idempotency-keys.ts'
import type { Layout } from './layout.ts'
import type { Leases } from './leases.ts'
import { seenOf } from './log-fold.ts'
import { LogFault } from './log-lines.ts'
import { readState } from './log-state.ts'
import type { OpenLogs } from './open-logs.ts'
import type { RunLog } from './run-log.ts'

/** What a deletion works with. */
export interface Deleting {
  layout: Layout
  files: FileSystem
  logs: OpenLogs
  keys: IdempotencyKeys
  leases: Leases
  clock: () => Date
}

/**
 * Takes a run away. A line in its log says so first, which has its turn like every commit: whoever still has the log
 * open, wherever its folder went, is told that there is no run. A log that is damaged has no turns to take, and ends nowhere.
 *
 * @throws {LeaseLostError} while somebody alive holds the run; {ConflictError} when its log ends elsewhere than expected; {CorruptError}
 * when an end is expected of a damaged log.
 */
export async function deleteRun(id: string, parts: Deleting, options: DeleteOptions = {}): Promise<void> {
  let damaged = false
  try {
    await parts.logs.use(id, (log) => markDeleted(log, parts, options))
  } catch (error) {
    if (!isStoreError(error, 'not_found', 'corrupt')) throw error
    damaged = error.code === 'corrupt'
    if (damaged && options.expectedSequence !== undefined) throw error
  }
  await discardFolder(id, { ...parts, damaged })
}

/** Where a run's folder is, and whether it may go although its log is damaged. */
interface Discarding {
  layout: Layout
  files: FileSystem
  damaged: boolean
}

/** Removes what is left of a run whose log says that it was deleted, or is damaged. Anything else stays. */
export async function discardFolder(id: string, { layout, files, damaged }: Discarding): Promise<void> {
  if (!(await hasExactName(id, layout, files))) return
  if (!(await isDiscarded(layout.log(id), { files, damaged }))) return
  const temporary = layout.newTemporary()
  await files.makeFolders(layout.temporary)
  try {
    await files.rename(layout.run(id), temporary)
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  if (await isDiscarded(join(temporary, 'events.jsonl'), { files, damaged })) {
    await files.flushFolder(layout.root)
    await files.remove(temporary)
  } else {
    // Another deletion had removed the folder already, and this one is a new run's.
    await files.rename(temporary, layout.run(id))
  }
}

/** Where the file system doesn't tell upper from lower case, a path may lead to another run's folder. */
async function hasExactName(id: string, layout: Layout, files: FileSystem): Promise<boolean> {
  const entries = await files.readFolder(layout.root).catch(() => [])
  return entries.some(({ name, isFolder }) => name === id && isFolder)
}

async function isDiscarded(path: string, { files, damaged }: Omit<Discarding, 'layout'>): Promise<boolean> {
  try {
    const state = await readState(files, path)
    return state === null ? damaged : state.deleted
  } catch (error) {
    if (error instanceof LogFault) return damaged
    if (isMissing(error)) return false
    throw error
  }
}

async function markDeleted(
  log: RunLog,
  { leases, keys, clock }: Deleting,
  options: DeleteOptions,
): Promise<void> {
  await log.turns.run(async () => {
    await log.refresh()
    const { created: run } = await creationOf(log)
    const key = run.idempotencyKey
    for (;;) {
      const at = clock().toISOString()
      try {
        const { claim, state } = await leases.judge(log, at)
        if (claim && state === 'live')
          throw new LeaseLostError(`run ${log.id} is held; it can be deleted once it is let go`)
        checkExpected({ id: log.id, lastSequence: log.state.head.lastSequence }, options)
      } catch (error) {
        if (key !== null) await keys.take(key, { run, createdAt: log.state.createdAt })
        throw error
      }
      // Freed first: a key must not outlive its run, or the run would be made again in its name.
      if (key !== null) await keys.free(key, log.id)
      const commit = { id: randomUUID(), number: log.state.commits + 1, index: 0, count: 1 }
      if (await log.write({ commit, at, seen: seenOf(log.state), deleted: true })) return
    }
  })
}
