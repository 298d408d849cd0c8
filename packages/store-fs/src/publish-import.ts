import { join } from 'node:path'
import { UnavailableError } from '@ion/store'
import { asStoreError, isMissing, isTaken } from './file-errors.ts'
import type { FileSystem } from './file-system.ts'
import { type Layout, runFolders } from './layout.ts'

/** Where a run is published, and how. */
export interface Publishing {
  layout: Layout
  files: FileSystem
}

/**
 * Makes a folder that is whole the run's, durably: by giving it the run's name; or, where the files of the run's nodes have a folder of
 * that name already (another store's run had them there), by putting all else into it, the log last, which makes it a run.
 *
 * @returns `false` when the name is taken by anything else.
 */
export async function publishImport(folder: string, id: string, parts: Publishing): Promise<boolean> {
  const { layout, files } = parts
  try {
    if (!(await give(folder, id, parts)) && !(await putInto(folder, id, parts))) return false
  } catch (error) {
    throw asStoreError(error, 'none')
  }
  try {
    await files.flushFolder(layout.run(id))
    await files.flushFolder(layout.root)
    return true
  } catch (error) {
    throw new UnavailableError(`${layout.root} could not be flushed`, 'unknown', { cause: error })
  }
}

async function give(folder: string, id: string, { layout, files }: Publishing): Promise<boolean> {
  try {
    await files.rename(folder, layout.run(id))
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}

/** What executors keep in a run's folder whichever store the run is in. */
const nodeFiles: ReadonlySet<string> = new Set(['logs', 'artifacts', 'scratch'])

async function putInto(folder: string, id: string, { layout, files }: Publishing): Promise<boolean> {
  const target = layout.run(id)
  if (!(await hasOnlyNodeFiles(target, files))) return false
  for (const name of runFolders) await makeIfMissing(join(target, name), files)
  // Files named for their content: whoever else puts the same run here puts the same ones.
  for (const { name } of await files.readFolder(join(folder, 'blobs')))
    await files.rename(join(folder, 'blobs', name), join(target, 'blobs', name))
  await files.flushFolder(join(target, 'blobs'))
  await files.flushFolder(target)
  try {
    await files.link(join(folder, 'events.jsonl'), layout.log(id))
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}

/** Whether a folder has nothing in it but files of nodes, and what an import that was cut short here has left. */
async function hasOnlyNodeFiles(target: string, files: FileSystem): Promise<boolean> {
  try {
    if (!(await files.status(target)).isFolder) return false
    for (const { name, isFolder } of await files.readFolder(target)) {
      if (!isFolder) return false
      if (nodeFiles.has(name) || name === 'blobs') continue
      const isOurs = runFolders.some((own) => own === name)
      if (!isOurs || (await files.readFolder(join(target, name))).length > 0) return false
    }
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function makeIfMissing(path: string, files: FileSystem): Promise<void> {
  await files.makeFolder(path).catch((error: unknown) => {
    if (!isTaken(error)) throw error
  })
}
