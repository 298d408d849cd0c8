import { type BigIntStats, readdirSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Something in a folder that is no folder itself. */
export interface FoundFile {
  /** Its path below the folder, with slashes. */
  key: string
  path: string
  /** `unnamed`: its name is no valid UTF-8, so that nobody can ask for it. */
  kind: 'file' | 'link' | 'other' | 'unnamed'
  size: number
  /** ISO, milliseconds. */
  modifiedAt: string
  /** Another text when the file was written to, or is another one. */
  version: string
}

const atOnce = 64
/** What stands for bytes of a name that are no UTF-8. */
const replacement = '\ufffd'

/** Everything in a folder and in those below it, by key. Links are found, and not followed; where there is no folder nothing is. */
export async function scanFolder(folder: string): Promise<FoundFile[]> {
  if (isEmpty(folder)) return []
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(noneWhereGone)
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
  const found: FoundFile[] = []
  for (let from = 0; from < paths.length; from += atOnce) {
    const looks = paths.slice(from, from + atOnce).map((path) => look(folder, path))
    found.push(...(await Promise.all(looks)).flat())
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1))
}

/**
 * Asked in place, as most folders are empty each time a node ends, and waking a thread would take a good part of a short node's time.
 * A listing is a third of what a handle costs that is opened for its first entry.
 */
function isEmpty(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch {
    return false
  }
}

/** What says whether a file is still the same. */
export function versionOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].join(':')
}

async function look(folder: string, path: string): Promise<FoundFile[]> {
  const key = relative(folder, path).split(sep).join('/')
  const stats = await lstat(path, { bigint: true }).catch(noneWhereGone)
  if (Array.isArray(stats)) {
    if (!key.includes(replacement)) return []
    return [{ key, path, kind: 'unnamed', size: 0, modifiedAt: '', version: '' }]
  }
  const kind = stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : 'other'
  const modifiedAt = stats.mtime.toISOString()
  return [{ key, path, kind, size: Number(stats.size), modifiedAt, version: versionOf(stats) }]
}

function noneWhereGone(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}
