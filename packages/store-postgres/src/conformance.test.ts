import { describeStore } from '@ion/store-testkit'
import { describe, it } from 'vitest'
import { pgbouncerOrNot, postgresUrl } from '../../../test/servers/environment.ts'
import { PostgresStore } from './postgres-store.ts'
import { reusedSchemas } from './reused-schemas.test-support.ts'

const pgbouncer = pgbouncerOrNot()
const { abilities } = new PostgresStore({ connectionString: 'postgres://nowhere/nothing' })
const module = new URL('./index.ts', import.meta.url).href

describeStore(
  {
    name: 'PostgresStore',
    module,
    url: reusedSchemas(postgresUrl()),
    abilities,
    clock: 'server',
    offers: ['annotations', 'annotation import', 'feed', 'imports', 'logs'],
  },
  { describe, it },
)

describe.skipIf(pgbouncer.missing)(`behind pgbouncer${pgbouncer.missing ?? ''}`, () => {
  describeStore(
    {
      name: 'PostgresStore',
      module,
      url: reusedSchemas(pgbouncer.url ?? postgresUrl()),
      abilities,
      offers: ['annotations', 'annotation import', 'feed', 'imports', 'logs'],
      clock: 'server',
    },
    { describe, it },
  )
})
