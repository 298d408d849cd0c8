import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describeStore } from '@ion/store-testkit'
import { describe, it } from 'vitest'

// SqliteStore, over better-sqlite3 too, goes through the suite in the short form of the tests.
for (const library of ['better-sqlite3', 'libsql']) {
  describeStore(
    {
      name: `KyselyStore over ${library}`,
      module: new URL(`./${library}.test-support.ts`, import.meta.url).href,
      url: () => {
        const folder = mkdtempSync(join(tmpdir(), 'ion-store-kysely-'))
        const cleanup = () => rmSync(folder, { recursive: true, force: true })
        return { url: pathToFileURL(join(folder, 'ion.db')).href, cleanup }
      },
      abilities: { processes: 'many', hosts: 'one', maxEventBytes: 1024 * 1024 },
      offers: ['annotations', 'annotation import', 'feed', 'imports', 'logs'],
    },
    { describe: process.env.ION_LONG ? describe : describe.skip, it },
  )
}
