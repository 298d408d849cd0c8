import { z } from 'zod'

/** Any JSON value. Stores keep it exactly: NUL, lone surrogates, `__proto__` keys and `1e308` included. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A JSON object. */
export type JsonObject = { [key: string]: Json }

const deepest = 1_000

/**
 * Whether a value survives `JSON.stringify` and `JSON.parse` unchanged: no `undefined`, functions, dates, class
 * instances, `NaN`, infinities, cycles, holes in arrays, or nesting deeper than 1,000 levels. (`-0` comes back as `0`.)
 *
 * @example
 * isJson({ a: [1, 'x', null] }) // true
 * isJson({ a: undefined }) // false
 */
export function isJson(value: unknown, depth = 0): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth >= deepest) return false
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isJson(value[index], depth + 1)) return false
    return true
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const item of Object.values(value)) if (!isJson(item, depth + 1)) return false
  return true
}

/** Schema of any JSON value; the value passes through as it is, `__proto__` keys included. */
export const jsonSchema: z.ZodType<Json> = z.custom<Json>((value) => isJson(value), {
  message: 'must be a JSON value (no undefined, NaN, dates, class instances or cycles)',
})

/** Schema of a JSON object. */
export const jsonObjectSchema: z.ZodType<JsonObject> = z.custom<JsonObject>(
  (value) => isJson(value) && value !== null && typeof value === 'object' && !Array.isArray(value),
  { message: 'must be a JSON object' },
)

/**
 * One text for all equal JSON values: object keys sorted by code unit, no white space (the ordering of RFC 8785,
 * without its number rules, which `JSON.stringify` already follows).
 *
 * @example
 * canonicalJson({ b: 1, a: 2 }) // '{"a":2,"b":1}'
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`)
  return `{${members.join(',')}}`
}

/**
 * A copy of a record, by way of its JSON text: it keeps whatever is JSON exactly, `__proto__` keys and lone surrogates
 * included, drops absent members, and shares nothing with the original.
 */
export function copyJson<Value>(value: Value): Value {
  const copy: Value = JSON.parse(JSON.stringify(value))
  return copy
}

/**
 * Merges one level of members (RFC 7396): those of `null` are taken out, others put in. `__proto__` is a member like any
 * other.
 */
export function mergeMembers(current: JsonObject, patch: JsonObject): JsonObject {
  const members = new Map(Object.entries(current))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name)
    else members.set(name, value)
  }
  return Object.fromEntries(members)
}
