import { createHash } from 'node:crypto'
import { canonicalJson } from '@ion/store'

/**
 * A copy of a record, by way of its JSON text: it keeps whatever is JSON exactly, `__proto__` keys and lone
 * surrogates included, drops absent members, and shares nothing with the original.
 */
export function copyJson<Value>(value: Value): Value {
  const copy: Value = JSON.parse(JSON.stringify(value))
  return copy
}

/** One short text for all records of the same content, in whatever order their members stand. */
export function contentDigest(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(value))))
    .digest('hex')
}
