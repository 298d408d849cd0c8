import { createHash } from 'node:crypto'
import type { ArtifactRecord, Blob, BlobRef } from '@ion/store'

/** The longest list that is kept in its event, in bytes. */
const inlineBytes = 64 * 1024

/** A node's files as the event holds them that ends the node, and the blob beside it when the list is too long for an event. */
export function packArtifacts(records: readonly ArtifactRecord[] = []): {
  facts: { artifacts?: ArtifactRecord[] | BlobRef }
  blobs: Blob[]
} {
  if (records.length === 0) return { facts: {}, blobs: [] }
  const bytes = Buffer.from(JSON.stringify(records))
  if (bytes.length <= inlineBytes) return { facts: { artifacts: [...records] }, blobs: [] }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const artifacts = { ref: `artifacts/${sha256}`, bytes: bytes.length, sha256 }
  return { facts: { artifacts }, blobs: [{ ref: artifacts.ref, bytes }] }
}

/** Whether a blob is such a list. Its texts were masked when it was made. */
export function isArtifactList({ ref }: Pick<Blob, 'ref'>): boolean {
  return ref.startsWith('artifacts/')
}
