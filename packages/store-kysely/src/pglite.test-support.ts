import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect } from 'kysely'
import { KyselyStore } from './kysely-store.ts'

const pglite = new PGlite()
const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) })

/** Opens a store in this process's one PGlite: `pglite:schema`. */
export async function openStore(url: string): Promise<KyselyStore> {
  const schema = url.slice('pglite:'.length)
  return new KyselyStore({ db, flavor: 'postgres', schema, abilities: { processes: 'one' } })
}

/** Takes a schema away. */
export async function dropSchema(schema: string): Promise<void> {
  await db.schema.dropSchema(schema).ifExists().cascade().execute()
}
