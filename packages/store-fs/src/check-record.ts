import { type ClaimAppend, InvalidRecordError } from '@ion/store'

interface Issue {
  path: PropertyKey[]
  message: string
}

interface Schema<Value> {
  safeParse(
    value: unknown,
  ): { success: true; data: Value } | { success: false; error: { issues: readonly Issue[] } }
}

/** @throws {InvalidRecordError} naming every fault of a value that was handed in. */
export function checkRecord<Value>(schema: Schema<Value>, value: unknown, what: string): Value {
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data
  const faults = checked.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
  throw new InvalidRecordError(`the ${what} was refused: ${faults.join('; ')}`)
}

const longestTtlMs = 100 * 365 * 24 * 3_600_000

/** @throws {InvalidRecordError} for what can't be the length of a lease. */
export function checkTtl(ttlMs: number): void {
  if (ttlMs > 0 && ttlMs <= longestTtlMs) return
  throw new InvalidRecordError(`a lease lasts a positive number of milliseconds, not ${ttlMs}`)
}

/** A copy by way of JSON text: whatever is JSON is kept exactly, absent members are dropped. */
export function copyJson<Value>(value: Value): Value {
  const copy: Value = JSON.parse(JSON.stringify(value))
  return copy
}

/** The caller's own objects may change while an append waits for its turn. */
export function copyAppend<Given extends ClaimAppend>({ blobs, ...append }: Given) {
  const copies = blobs?.map(({ ref, bytes }) => ({ ref, bytes: Uint8Array.from(bytes) }))
  return { ...copyJson(append), ...(copies ? { blobs: copies } : {}) }
}
