import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fileFloor } from '../floors/file-floor.ts'
import type { BenchStore } from './bench-store.ts'
import { openByUrl } from './open-by-url.ts'

/** A folder a run; emptied after each execution, and closed before it is looked at, as some of it is written late. */
export const files: BenchStore = {
  name: 'files',
  async open(folder) {
    const runs = join(folder, 'store')
    return {
      floor: fileFloor(folder),
      begin: () => openByUrl(pathToFileURL(runs).href),
      async end(store) {
        await store.close()
        const [logs, beside] = sizesIn(runs)
        rmSync(runs, { recursive: true, force: true })
        return [
          { what: 'log', bytes: logs },
          { what: 'beside it', bytes: beside },
        ]
      },
      async close() {},
    }
  },
}

function sizesIn(folder: string): [logs: number, beside: number] {
  let [logs, beside] = [0, 0]
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    // What is written anew is a while in a file of another name.
    const size = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
    if (entry.name === 'events.jsonl') logs += size
    else beside += size
  }
  return [logs, beside]
}
