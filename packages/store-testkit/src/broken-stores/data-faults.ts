import { isStoreError, type Json, type WorkflowEvent } from '@ion/store'
import type { Fault, Faults } from './fault.ts'

/** A store that changes the text of the JSON that it keeps of events. */
function keeping(breaks: string, change: (text: string) => string): Fault {
  return {
    breaks,
    over: (store) => ({
      async getWorkflowEvents(id, page, options) {
        const events = await store.getWorkflowEvents(id, page, options)
        return events.map(({ payload, ...event }) => {
          const changed: WorkflowEvent['payload'] = JSON.parse(change(JSON.stringify(payload)))
          return Object.assign(event, { payload: changed }) as WorkflowEvent
        })
      },
    }),
  }
}

/** A store that takes some commit ids for one another. */
function folding(breaks: string, fold: (commitId: string) => string): Fault {
  return {
    breaks,
    over: (store) => ({
      appendEvents: (id, append, options) =>
        store.appendEvents(id, { ...append, commitId: fold(append.commitId) }, options),
    }),
  }
}

const anyValue = 'odd data: any JSON value comes back from an event as it was'
const anyOutput = 'odd data: any text comes back from an output as it was'
const commitIds = 'odd data: commit ids that look alike are different commits'

const sorted = (value: Json): Json => {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  )
}

const rounded = (text: string) =>
  JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(15)) : value,
  )

/** Values and bytes: what goes in comes out. */
export const dataFaults: Faults = {
  'replaces characters that UTF-8 has not': keeping(anyValue, (text) =>
    text.replace(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd'),
  ),

  'drops NUL characters': keeping(anyOutput, (text) =>
    JSON.stringify(JSON.parse(text), (_, value: unknown) =>
      typeof value === 'string' ? value.replaceAll('\u0000', '') : value,
    ),
  ),

  'normalizes Unicode': keeping(anyOutput, (text) => text.normalize('NFC')),

  'trims texts': keeping(anyOutput, (text) => text.replaceAll('" ', '"').replaceAll(' "', '"')),

  'sorts the members of objects': keeping('odd data: the members of a payload keep their order', (text) =>
    JSON.stringify(sorted(JSON.parse(text))),
  ),

  'keeps 15 digits of a number': keeping(
    'odd data: numbers come back to the last digit, from wherever they are kept',
    rounded,
  ),

  'takes an empty text for a missing one': keeping('odd data: an empty text is no missing one', (text) =>
    JSON.stringify(JSON.parse(text), (_, value: unknown) => (value === '' ? undefined : value)),
  ),

  'takes false and zero for nothing': keeping(
    'odd data: null, false, zero and nothing are told apart in signals and events',
    (text) => JSON.stringify(JSON.parse(text), (_, value: unknown) => value || undefined),
  ),

  'loses metadata under __proto__': {
    breaks: 'odd data: any JSON object comes back from inputs and metadata as it was',
    over: (store) => ({
      async getWorkflowRun(id, options) {
        const run = await store.getWorkflowRun(id, options)
        if (!run) return run
        const metadata: typeof run.metadata = {}
        for (const [key, value] of Object.entries(run.metadata)) metadata[key] = value
        return { ...run, metadata }
      },
    }),
  },

  'takes commit ids that differ in case for one': folding(commitIds, (commitId) => commitId.toLowerCase()),

  'takes commit ids that differ in a space at their end for one': folding(commitIds, (commitId) =>
    commitId.trimEnd(),
  ),

  'takes commit ids that differ in lone surrogates for one': folding(commitIds, (commitId) =>
    commitId.toWellFormed(),
  ),

  'takes idempotency keys that differ in their normal form for one': {
    breaks: 'odd data: idempotency keys that look alike are different keys',
    over: (store) => ({
      createWorkflowRun: (run, options) => {
        const idempotencyKey = run.idempotencyKey?.normalize('NFKC') ?? null
        return store.createWorkflowRun({ ...run, idempotencyKey }, options)
      },
    }),
  },

  'takes names of blobs that differ in case for one': {
    breaks: 'odd data: paths of nodes and names of blobs that differ in case are different',
    over: (store) => ({
      appendEvents: (id, append, options) => {
        const blobs = append.blobs?.map(({ ref, bytes }) => ({ ref: ref.toLowerCase(), bytes })) ?? []
        return store.appendEvents(id, { ...append, blobs }, options)
      },
      readBlob: (id, ref, options) => store.readBlob(id, ref.toLowerCase(), options),
    }),
  },

  'takes the byte order mark off a blob': {
    breaks: 'odd data: a text that begins with a byte order mark keeps it, also in a blob',
    over: (store) => ({
      async readBlob(id, ref, options) {
        return new TextEncoder().encode(new TextDecoder().decode(await store.readBlob(id, ref, options)))
      },
    }),
  },

  'keeps blobs as text': {
    breaks: 'outputs: a blob lands with its events and comes back byte for byte',
    over: (store) => ({
      async readBlob(id, ref, options) {
        return Buffer.from(Buffer.from(await store.readBlob(id, ref, options)).toString())
      },
    }),
  },

  'cuts blobs at a mebibyte': {
    breaks: 'outputs: a blob may be larger than an event',
    over: (store) => ({
      async readBlob(id, ref, options) {
        return (await store.readBlob(id, ref, options)).subarray(0, 1024 * 1024)
      },
    }),
  },

  'leaves the blobs of an append that it refused': {
    breaks: 'outputs: an append that is refused leaves neither a blob nor a changed one',
    over: (store) => {
      const left = new Map<string, Uint8Array>()
      return {
        appendEvents(id, append, options) {
          for (const { ref, bytes } of append.blobs ?? []) left.set(`${id} ${ref}`, bytes)
          return store.appendEvents(id, append, options)
        },
        async readBlob(id, ref, options) {
          return left.get(`${id} ${ref}`) ?? (await store.readBlob(id, ref, options))
        },
      }
    },
  },

  'keeps the blobs of all runs together': {
    breaks: 'outputs: each run has its own blobs',
    over: (store) => {
      const all = new Map<string, Uint8Array>()
      return {
        async appendEvents(id, append, options) {
          const landed = await store.appendEvents(id, append, options)
          for (const { ref, bytes } of append.blobs ?? []) all.set(ref, bytes)
          return landed
        },
        readBlob: async (id, ref, options) => all.get(ref) ?? (await store.readBlob(id, ref, options)),
      }
    },
  },

  'says of an event that is too large that it landed': {
    breaks: 'events: an event of exactly the declared size is taken, one byte more is refused as too_large',
    over: (store) => ({
      async appendEvents(id, append, options) {
        try {
          return await store.appendEvents(id, append, options)
        } catch (error) {
          if (!isStoreError(error, 'too_large')) throw error
          return { lastSequence: 1, lastSignal: 0, timestamp: new Date().toISOString() }
        }
      },
    }),
  },
}
