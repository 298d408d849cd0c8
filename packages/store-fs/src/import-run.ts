import { join } from 'node:path'
import {
  AlreadyExistsError,
  type CallOptions,
  isStoreError,
  RunIntake,
  type RunSnapshot,
  type StoreAbilities,
  type StorePrimitives,
  sameRun,
} from '@ion/store'
import { discardFolder } from './deletion.ts'
import { asStoreError } from './file-errors.ts'
import { makeDurableFolders } from './file-system.ts'
import { ImportLog } from './import-log.ts'
import { runFolders } from './layout.ts'
import { publishImport } from './publish-import.ts'
import type { StoreParts } from './store-parts.ts'

/** What an import works with besides the snapshot. */
export interface Importing {
  abilities: StoreAbilities
  parts: Pick<StoreParts, 'layout' | 'files' | 'keys'>
  /** The store itself, to look at a run that is there already. */
  store: Pick<StorePrimitives, 'getWorkflowRun' | 'getWorkflowEvents' | 'getSignals' | 'readBlob'>
}

/**
 * Makes a run as it was in another store: a folder with all that belongs to it, built where nobody looks, and published by giving it the
 * run's name.
 */
export async function importRun(
  snapshot: RunSnapshot,
  { abilities, parts, store }: Importing,
  call?: CallOptions,
): Promise<void> {
  const { layout, files } = parts
  const intake = new RunIntake(snapshot, abilities)
  const { id } = intake.run
  const temporary = layout.newTemporary()
  try {
    const digest = await build(temporary, intake, parts)
    // A folder that a deletion left behind has the name still.
    const isThere = await files.status(layout.run(id)).catch(() => null)
    if (await sameRun(store, { id, digest }, call)) return
    if (isThere) await discardFolder(id, { layout, files, damaged: false })
    const hadKey = await takeKey(intake, parts)
    try {
      if (await publishImport(temporary, id, parts)) return
      if (await sameRun(store, { id, digest }, call)) return
      throw new AlreadyExistsError(`${layout.run(id)} is there, and is not the folder of run ${id}`, { id })
    } catch (error) {
      const mayBeThere = isStoreError(error, 'unavailable') && error.details.outcome === 'unknown'
      if (!hadKey && !mayBeThere) await freeKey(intake, parts)
      throw error
    }
  } finally {
    await files.remove(temporary).catch(() => {})
  }
}

/** Makes the folder, whole and on the medium; gives the digest of the run. */
async function build(
  folder: string,
  intake: RunIntake,
  { layout, files }: Importing['parts'],
): Promise<string> {
  try {
    await makeDurableFolders(files, layout.temporary)
    await files.makeFolder(folder)
    for (const name of runFolders) await files.makeFolder(join(folder, name))
    const signals = await intake.signals()
    const log = await ImportLog.create(files, join(folder, 'events.jsonl'), intake)
    try {
      for await (const commit of intake.commits()) await log.addCommit(commit, signals)
      await log.finish(signals)
    } finally {
      await log.close()
    }
    const written = new Set<string>()
    for await (const { bytes, sha256 } of intake.blobs()) {
      // Two refs of the same content have one file.
      if (!written.has(sha256)) await files.createFile(join(folder, 'blobs', sha256), bytes, true)
      written.add(sha256)
    }
    await files.flushFolder(join(folder, 'blobs'))
    await files.flushFolder(folder)
    return intake.finish()
  } catch (error) {
    throw asStoreError(error, 'none')
  }
}

/**
 * Takes the run's idempotency key, before the run is to be seen: two runs never have one.
 *
 * @returns whether the key was the run's already.
 */
async function takeKey(
  { run: { id, idempotencyKey, createdAt }, created }: RunIntake,
  { keys }: Importing['parts'],
): Promise<boolean> {
  if (idempotencyKey === null) return true
  const before = await keys.find(idempotencyKey)
  const taken = before ?? (await keys.take(idempotencyKey, { createdAt, run: created }))
  if (taken.run.id === id) return before !== null
  const message = `idempotency key ${JSON.stringify(idempotencyKey)} exists with other content`
  throw new AlreadyExistsError(message, { id: taken.run.id })
}

async function freeKey(
  { run: { id, idempotencyKey } }: RunIntake,
  { keys }: Importing['parts'],
): Promise<void> {
  if (idempotencyKey !== null) await keys.free(idempotencyKey, id)
}
