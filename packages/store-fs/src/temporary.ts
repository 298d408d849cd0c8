import { join } from 'node:path'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'

const abandonedAfterMs = 3_600_000

/**
 * Removes what processes left that died while they made or removed something: what nobody has touched for an hour, nor anything in it.
 * It is given another name first, so that a process that was stopped for so long, and goes on, finds nothing to publish rather than half
 * of it. Failures don't matter.
 */
export async function sweepTemporary(layout: Layout, files: FileSystem, now: Date): Promise<void> {
  const entries = await files.readFolder(layout.temporary).catch(() => [])
  for (const { name, isFolder } of entries) {
    const path = join(layout.temporary, name)
    const touched = await lastTouched({ path, isFolder }, files).catch(() => null)
    if (touched === null || now.getTime() - touched < abandonedAfterMs) continue
    const taken = layout.newTemporary()
    await files
      .rename(path, taken)
      .then(() => files.remove(taken))
      .catch(() => {})
  }
}

/** When an entry was last changed, or what lies in it: a log that is written for long leaves its folder as it is. */
async function lastTouched(
  { path, isFolder }: { path: string; isFolder: boolean },
  files: FileSystem,
): Promise<number> {
  const { modifiedMs } = await files.status(path)
  const inside = isFolder ? await files.readFolder(path) : []
  const times = await Promise.all(inside.map(({ name }) => files.status(join(path, name))))
  return Math.max(modifiedMs, ...times.map((each) => each.modifiedMs))
}
