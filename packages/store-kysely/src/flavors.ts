import { postgresFlavor } from './postgres-flavor.ts'
import type { FlavorName, SqlFlavor } from './sql-flavor.ts'
import { sqliteFlavor } from './sqlite-flavor.ts'

/** The SQL of each kind of database. */
export const flavors: { readonly [Name in FlavorName]: SqlFlavor } = {
  postgres: postgresFlavor,
  sqlite: sqliteFlavor,
}
