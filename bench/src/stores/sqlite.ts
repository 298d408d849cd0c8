import { statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sqliteFloor } from '../floors/sqlite-floor.ts'
import type { BenchStore, StoreName } from './bench-store.ts'
import { openByUrl } from './open-by-url.ts'

/** A commit outlasts a power cut. */
export const sqlite = sqliteStore('sqlite', 'FULL')

/** A commit outlasts the process, and may be lost with the power. */
export const sqliteNormal = sqliteStore('sqlite-normal', 'NORMAL')

function sqliteStore(name: StoreName, synchronous: 'FULL' | 'NORMAL'): BenchStore {
  return {
    name,
    async open(folder) {
      const path = join(folder, 'store.db')
      const store = await openByUrl(`sqlite:${path}`, { synchronous: synchronous.toLowerCase() })
      const { floor, close } = sqliteFloor(join(folder, 'floor.db'), synchronous)
      const size = () => {
        const database = new Database(path)
        database.pragma('wal_checkpoint(TRUNCATE)')
        database.close()
        return statSync(path).size
      }
      let before = 0
      return {
        floor,
        async begin() {
          before = size()
          return store
        },
        async end() {
          return [{ what: 'database', bytes: size() - before }]
        },
        async close() {
          close()
          await store.close()
        },
      }
    },
  }
}
