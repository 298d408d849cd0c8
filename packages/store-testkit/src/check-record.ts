import { InvalidRecordError } from '@ion/store'

interface Issue {
  path: PropertyKey[]
  message: string
}

interface Schema<Value> {
  safeParse(
    value: unknown,
  ): { success: true; data: Value } | { success: false; error: { issues: readonly Issue[] } }
}

/**
 * What a schema makes of a value that was handed in.
 *
 * @throws {InvalidRecordError} naming every fault.
 */
export function checkRecord<Value>(schema: Schema<Value>, value: unknown, what: string): Value {
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data
  const faults = checked.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
  throw new InvalidRecordError(`the ${what} was refused: ${faults.join('; ')}`)
}
