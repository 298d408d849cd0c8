import type { CompiledQuery, RawBuilder } from 'kysely'
import type { AnyDatabase } from './any-database.ts'

/** The place of a value in a statement that is compiled before its values are known. */
export class Parameter {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** Values by the names of their parameters. */
export interface Values {
  readonly [name: string]: unknown
}

/** A statement that was compiled once, to be run with one set of values after another. */
export type Prepared = (values: Values) => CompiledQuery<Row>

/** A row as a driver gives it. */
export type Row = { readonly [column: string]: unknown }

/** Compiles a statement; the `Parameter`s in it become its named places. */
export function prepare(statement: RawBuilder<unknown>, db: AnyDatabase): Prepared {
  const compiled = statement.compile(db)
  const names = compiled.parameters.map((parameter) => {
    if (parameter instanceof Parameter) return parameter.name
    throw new TypeError(`a prepared statement has the value ${String(parameter)} in place of a parameter`)
  })
  return (values) => ({ ...compiled, parameters: names.map((name) => values[name]) }) as CompiledQuery<Row>
}
