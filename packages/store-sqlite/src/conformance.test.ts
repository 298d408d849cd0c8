import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeStore } from '@ion/store-testkit'
import { describe, it } from 'vitest'
import { SqliteStore } from './sqlite-store.ts'

describeStore(
  {
    name: 'SqliteStore',
    module: new URL('./index.ts', import.meta.url).href,
    url: () => {
      const folder = mkdtempSync(join(tmpdir(), 'ion-store-sqlite-'))
      const cleanup = () => rmSync(folder, { recursive: true, force: true })
      return { url: `sqlite://${join(folder, 'ion.db')}`, cleanup }
    },
    abilities: new SqliteStore({ file: join(tmpdir(), 'ion.db') }).abilities,
    offers: ['annotations', 'annotation import', 'feed', 'imports', 'logs'],
  },
  { describe, it },
)
