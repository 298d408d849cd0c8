import { InvalidRecordError } from './errors.ts'

interface Issue {
  path: PropertyKey[]
  message: string
}

/** What is needed of a zod schema. */
interface Schema<Value> {
  safeParse(
    value: unknown,
  ): { success: true; data: Value } | { success: false; error: { issues: readonly Issue[] } }
}

/**
 * What a schema makes of a value that was handed in.
 *
 * @param what - What the value is, for the message.
 * @throws {InvalidRecordError} naming every fault.
 *
 * @example
 * const run = checkRecord(newRunSchema, given, 'run')
 */
export function checkRecord<Value>(schema: Schema<Value>, value: unknown, what: string): Value {
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data
  const faults = checked.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
  throw new InvalidRecordError(`the ${what} was refused: ${faults.join('; ')}`)
}

const longestTtlMs = 100 * 365 * 24 * 3_600_000

/** @throws {InvalidRecordError} for what can't be the length of a lease, in milliseconds. */
export function checkTtl(ttlMs: number): void {
  if (ttlMs > 0 && ttlMs <= longestTtlMs) return
  throw new InvalidRecordError(`a lease lasts a positive number of milliseconds, not ${ttlMs}`)
}
