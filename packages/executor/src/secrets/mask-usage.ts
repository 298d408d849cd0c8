import { type BlobRef, blobRefSchema, type Json, type JsonObject } from '@ion/store'
import type { Masker } from './masker.ts'

/** What Ion itself says in words of its own, and digests: they are of what is masked already. */
const structure: ReadonlySet<string> = new Set(['error', 'textsOmitted', 'promptSha256', 'outputSha256'])

/** Calls of the agent without secrets. They are counted on, so their numbers stay. */
export function maskUsage(masker: Masker, usage: Json, renamed: ReadonlyMap<string, BlobRef>): Json {
  if (!Array.isArray(usage)) return masker.json(usage)
  return usage.map((entry) => {
    if (!isObject(entry)) return masker.json(entry)
    const { call, ...reported } = entry
    const masked = maskTexts(masker, reported)
    return isObject(call) && isObject(masked)
      ? { ...masked, call: maskCall(masker, call, renamed) }
      : maskTexts(masker, entry)
  })
}

function maskCall(masker: Masker, call: JsonObject, renamed: ReadonlyMap<string, BlobRef>): JsonObject {
  const masked: JsonObject = {}
  for (const [name, value] of Object.entries(call)) {
    const blob = blobRefSchema.safeParse(value)
    if (blob.success) masked[name] = { ...(renamed.get(blob.data.ref) ?? blob.data) }
    else masked[name] = structure.has(name) ? value : maskTexts(masker, value)
  }
  return masked
}

function maskTexts(masker: Masker, value: Json): Json {
  if (typeof value === 'number') return value
  if (Array.isArray(value)) return value.map((item) => maskTexts(masker, item))
  if (!isObject(value)) return masker.json(value)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskTexts(masker, item)]))
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
