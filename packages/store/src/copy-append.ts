import type { ClaimAppend } from './contract.ts'
import { copyJson } from './json.ts'

/**
 * A copy of an append that shares nothing with the original, its bytes included: the caller's own objects may change while the
 * append waits for its turn.
 */
export function copyAppend<Given extends ClaimAppend>({ blobs, ...append }: Given) {
  const copies = blobs?.map(({ ref, bytes }) => ({ ref, bytes: Uint8Array.from(bytes) }))
  return { ...copyJson(append), ...(copies ? { blobs: copies } : {}) }
}
