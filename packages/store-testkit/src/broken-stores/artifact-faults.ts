import type { Faults } from './fault.ts'

/** The files that nodes leave. */
export const artifactFaults: Faults = {
  'keeps the artifacts of completed nodes alone': {
    breaks: 'artifacts: an artifact comes back with the node, attempt and event that it is from',
    over: (store) => ({
      async getWorkflowEvents(id, page, options) {
        const events = await store.getWorkflowEvents(id, page, options)
        for (const { type, payload } of events) if (type === 'node_failed') delete payload.artifacts
        return events
      },
    }),
  },

  'keeps no blobs but outputs': {
    breaks: 'artifacts: artifacts that are too many for an event are listed from their blob',
    over: (store) => ({
      async appendEvents(id, { blobs = [], ...append }, options) {
        const outputs = blobs.filter(({ ref }) => !ref.startsWith('artifacts/'))
        return await store.appendEvents(id, { ...append, blobs: outputs }, options)
      },
    }),
  },

  'merges what nodes say of the same artifacts': {
    breaks: 'artifacts: an artifact is listed as the last node left it',
    over: (store) => ({
      async getWorkflowEvents(id, page, options) {
        const events = await store.getWorkflowEvents(id, page, options)
        const seen = new Set<string>()
        for (const { type, payload } of events) {
          if (type !== 'node_completed' || !Array.isArray(payload.artifacts)) continue
          payload.artifacts = payload.artifacts.filter(({ key }) => !seen.has(key))
          for (const { key } of payload.artifacts) seen.add(key)
        }
        return events
      },
    }),
  },
}
