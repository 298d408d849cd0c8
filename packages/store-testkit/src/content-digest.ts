import { createHash } from 'node:crypto'
import { canonicalJson } from '@ion/store'

/** One short text for all records of the same content, in whatever order their members stand. */
export function contentDigest(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(value))))
    .digest('hex')
}
