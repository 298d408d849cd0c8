import { CorruptError } from '@ion/store'

/** A time as records have it. */
export function timeOf(value: unknown): string {
  if (typeof value === 'string' && isoTime.test(value)) return value
  throw new CorruptError(`${JSON.stringify(value)} is no time`)
}

/** As `timeOf`, where there may be none. */
export function timeOrNull(value: unknown): string | null {
  return value === null ? null : timeOf(value)
}

/** A whole number; drivers give those that have 64 bits as texts, as bigints or as numbers. */
export function integerOf(value: unknown): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new CorruptError(`${JSON.stringify(value)} is no whole number`)
  return number
}

/** The value of a JSON column; `null` where there is none. */
export function jsonOf<Value>(value: unknown): Value | null {
  if (value === null) return null
  if (typeof value !== 'string') throw new CorruptError(`a JSON column was read as ${typeof value}`)
  try {
    const parsed: Value = JSON.parse(value)
    return parsed
  } catch (error) {
    throw new CorruptError('a JSON column holds what is no JSON', {}, { cause: error })
  }
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
