import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** What was found, and what could not be looked at. */
export interface ListedFiles {
  /** Sorted; those in the folder itself before those in folders of it. */
  paths: string[]
  unreadable: { path: string; error: unknown }[]
}

/** Lists the files of a folder, and of the folders in it, whose names match. Hidden ones and a missing folder are none. */
export async function listFiles(folder: string, name: RegExp): Promise<ListedFiles> {
  const found: ListedFiles = { paths: [], unreadable: [] }
  const folders = await list(folder, { name, found })
  for (const inner of folders) await list(inner, { name, found })
  return found
}

/** The same at any depth. Folders of installed packages are none either, and each folder is looked in once, however many links lead there. */
export async function listFilesBelow(folder: string, name: RegExp): Promise<ListedFiles> {
  const found: ListedFiles = { paths: [], unreadable: [] }
  const seen = new Set<string>()
  let level = [folder]
  while (level.length > 0) {
    const next: string[] = []
    for (const each of level) {
      const place = await realpath(each).catch(() => each)
      if (seen.has(place)) continue
      seen.add(place)
      next.push(...(await list(each, { name, found })))
    }
    level = next.filter((each) => basename(each) !== 'node_modules')
  }
  return found
}

/** Adds the folder's files, and returns its folders. */
async function list(
  folder: string,
  { name, found }: { name: RegExp; found: ListedFiles },
): Promise<string[]> {
  const folders: string[] = []
  try {
    for (const entry of (await readdir(folder)).toSorted()) {
      if (entry.startsWith('.')) continue
      const path = join(folder, entry)
      const kind = await kindOf(path, found)
      if (kind === 'folder') folders.push(path)
      else if (kind === 'file' && name.test(entry)) found.paths.push(path)
    }
  } catch (error) {
    if (!isMissing(error)) found.unreadable.push({ path: folder, error })
  }
  return folders
}

async function kindOf(path: string, found: ListedFiles): Promise<'file' | 'folder' | 'other'> {
  try {
    const status = await stat(path)
    return status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'other'
  } catch (error) {
    found.unreadable.push({ path, error })
    return 'other'
  }
}

/** Whether a file or folder is simply not there. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}
