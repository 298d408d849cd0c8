import { createHash } from 'node:crypto'
import {
  type Blob,
  type BlobRef,
  blobRefSchema,
  type Json,
  type JsonObject,
  jsonObjectSchema,
  type NewEvent,
  newEventSchema,
} from '@ion/store'
import { isArtifactList } from '../artifacts/pack-artifacts.ts'
import { maskUsage } from './mask-usage.ts'
import type { Masker } from './masker.ts'

/** What Ion itself says in words of its own, and reads again. Numbers and booleans beside it are Ion's too. */
const structure: ReadonlySet<string> = new Set(['type', 'channel', 'decision', 'rerun', 'retryAt'])

/** The same inside a member. */
const innerStructure: ReadonlySet<string> = new Set(['error.code', 'reason.rule'])

/** Events and their blobs as they are to be recorded: without secrets. */
export function maskRecord(
  masker: Masker,
  { events, blobs }: { events: readonly NewEvent[]; blobs: readonly Blob[] },
): { events: NewEvent[]; blobs: Blob[] } {
  const renamed = new Map<string, BlobRef>()
  const masked = blobs.map((blob) => maskBlob(masker, blob, renamed))
  return { events: events.map((event) => maskEvent(masker, event, renamed)), blobs: masked }
}

/** An event without secrets. */
export function maskEvent(
  masker: Masker,
  event: NewEvent,
  renamed: ReadonlyMap<string, BlobRef> = new Map(),
): NewEvent {
  const payload: JsonObject = {}
  for (const [name, value] of Object.entries(jsonObjectSchema.parse(event.payload))) {
    const isOwn = structure.has(name) || typeof value === 'number' || typeof value === 'boolean'
    if (isOwn) payload[name] = value
    else if (name === 'output') payload[name] = maskOutput(masker, value, renamed)
    else if (name === 'usage') payload[name] = maskUsage(masker, value, renamed)
    // Masked when it was made, so that digests and sizes stay what they are.
    else if (name === 'artifacts') payload[name] = value
    else payload[name] = maskMember(masker, name, value)
  }
  // Masking keeps the shape, so this gives back what it is given.
  return newEventSchema.parse({ ...event, payload })
}

function maskOutput(masker: Masker, value: Json, renamed: ReadonlyMap<string, BlobRef>): Json {
  const blob = blobRefSchema.safeParse(value)
  return blob.success ? { ...(renamed.get(blob.data.ref) ?? blob.data) } : masker.json(value)
}

function maskMember(masker: Masker, name: string, value: Json): Json {
  const masked = masker.json(value)
  if (!isObject(value) || !isObject(masked)) return masked
  for (const [inner, item] of Object.entries(value)) {
    if (innerStructure.has(`${name}.${inner}`)) masked[inner] = item
  }
  return masked
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A blob is named by its bytes: when they change, so does the name, and who refers to it. */
function maskBlob(masker: Masker, blob: Blob, renamed: Map<string, BlobRef>): Blob {
  if (isArtifactList(blob)) return blob
  const bytes = masker.bytes(blob.bytes)
  if (bytes === blob.bytes) return blob
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const ref = `outputs/${sha256}`
  renamed.set(blob.ref, { ref, bytes: bytes.length, sha256 })
  return { ref, bytes }
}
