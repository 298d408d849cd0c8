import { join } from 'node:path'
import type { FileSystem } from './file-system.ts'
import type { Layout } from './layout.ts'

const abandonedAfterMs = 3_600_000

/** Removes what processes left that died while they made or removed something. Failures don't matter. */
export async function sweepTemporary(layout: Layout, files: FileSystem, now: Date): Promise<void> {
  const entries = await files.readFolder(layout.temporary).catch(() => [])
  for (const { name } of entries) {
    const path = join(layout.temporary, name)
    const facts = await files.status(path).catch(() => null)
    if (facts === null || now.getTime() - facts.modifiedMs < abandonedAfterMs) continue
    await files.remove(path).catch(() => {})
  }
}
