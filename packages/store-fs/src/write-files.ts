import { dirname } from 'node:path'
import { isMissing, isTaken } from './file-errors.ts'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'

interface Content {
  path: string
  bytes: Uint8Array | string
  /** Whether content and name are on the medium when the call returns. */
  durable: boolean
}

/**
 * Puts a file in the place of an older one, or none, so that a reader sees the one or the other, whole. The folder
 * must be there, or be one below a folder that is.
 */
export async function replaceFile(files: FileSystem, layout: Layout, { path, bytes, durable }: Content) {
  const temporary = layout.newTemporary()
  await createTemporary(files, layout, temporary, { bytes, durable })
  try {
    await files.rename(temporary, path).catch(async (error) => {
      if (!isMissing(error)) throw error
      await makeOneFolder(files, dirname(path))
      await files.rename(temporary, path)
    })
    if (durable) await files.flushFolder(dirname(path))
  } catch (error) {
    await files.remove(temporary).catch(() => {})
    throw error
  }
}

/** Makes a file under a name of its own, where nobody looks. */
export async function createTemporary(
  files: FileSystem,
  layout: Layout,
  path: string,
  { bytes, durable }: Omit<Content, 'path'>,
): Promise<void> {
  try {
    await files.createFile(path, bytes, durable).catch(async (error) => {
      if (!isMissing(error)) throw error
      await files.makeFolders(layout.temporary)
      await files.createFile(path, bytes, durable)
    })
  } catch (error) {
    await files.remove(path).catch(() => {})
    throw error
  }
}

/** Makes one folder, never those above it: a run's own folder must not come back after a deletion. */
export async function makeOneFolder(files: FileSystem, path: string): Promise<void> {
  await files.makeFolder(path).catch((error) => {
    if (!isTaken(error)) throw error
  })
}
