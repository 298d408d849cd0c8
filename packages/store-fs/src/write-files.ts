import { dirname, join, relative, sep } from 'node:path'
import { isMissing, isTaken } from './file-errors.ts'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'

interface Content {
  bytes: Uint8Array | string
  /** Whether content and name are on the medium when the call returns. */
  durable: boolean
}

/** A file of a run that is replaced as a whole. */
export interface RunFile extends Content {
  /** The run it belongs to. */
  id: string
  path: string
}

/** Puts a file in the place of an older one, or none, so that a reader sees the one or the other, whole. */
export async function replaceFile(
  files: FileSystem,
  layout: Layout,
  { id, path, bytes, durable }: RunFile,
): Promise<void> {
  const temporary = await createTemporary(files, layout, { bytes, durable })
  try {
    await files.rename(temporary, path).catch(async (error) => {
      if (!isMissing(error)) throw error
      await makeFoldersBelow(files, layout.run(id), dirname(path))
      await files.rename(temporary, path)
    })
    if (durable) await files.flushFolder(dirname(path))
  } catch (error) {
    await files.remove(temporary).catch(() => {})
    throw error
  }
}

/** Makes a file under a name of its own, where nobody looks; gives its path. */
export async function createTemporary(
  files: FileSystem,
  layout: Layout,
  { bytes, durable }: Content,
): Promise<string> {
  const path = layout.newTemporary()
  try {
    await files.createFile(path, bytes, durable).catch(async (error) => {
      if (!isMissing(error)) throw error
      await files.makeFolders(layout.temporary)
      await files.createFile(path, bytes, durable)
    })
    return path
  } catch (error) {
    await files.remove(path).catch(() => {})
    throw error
  }
}

/** Makes the folders below one that is there: a run's own folder must not come back after a deletion. */
async function makeFoldersBelow(files: FileSystem, base: string, folder: string): Promise<void> {
  let path = base
  for (const name of relative(base, folder).split(sep).filter(Boolean)) {
    path = join(path, name)
    await files.makeFolder(path).catch((error) => {
      if (!isTaken(error)) throw error
    })
  }
}
