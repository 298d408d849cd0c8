import { hash } from 'node:crypto'
import { canonicalJson, copyJson, type Json } from '@ion/store'

/** One text for all records of the same content, in whatever order their members stand. */
export function contentDigest(record: unknown): string {
  return hash('sha256', canonicalJson(copyJson(record) as Json))
}
