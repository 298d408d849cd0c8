import { randomUUID } from 'node:crypto'
import { describeStore } from '@ion/store-testkit'
import { describe, it } from 'vitest'
import { dropSchema } from './pglite.test-support.ts'

// PostgresStore goes through the suite in the short form of the tests.
describeStore(
  {
    name: 'KyselyStore over PGlite',
    module: new URL('./pglite.test-support.ts', import.meta.url).href,
    url: () => {
      const schema = `ion_${randomUUID()}`
      return { url: `pglite:${schema}`, cleanup: () => dropSchema(schema) }
    },
    abilities: { processes: 'one', hosts: 'one', maxEventBytes: 1024 * 1024 },
    offers: ['annotations', 'annotation import', 'feed', 'imports', 'logs'],
  },
  { describe: process.env.ION_LONG ? describe : describe.skip, it },
)
