import { type ClaimAppend, copyJson } from '@ion/store'

/** The caller's own objects may change while an append waits for its turn. */
export function copyAppend<Given extends ClaimAppend>({ blobs, ...append }: Given) {
  const copies = blobs?.map(({ ref, bytes }) => ({ ref, bytes: Uint8Array.from(bytes) }))
  return { ...copyJson(append), ...(copies ? { blobs: copies } : {}) }
}
