import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Annotation, hasEnded, InvalidTransitionError } from '@ion/store'
import type { Faults } from './fault.ts'

/** Notes on runs. */
export const annotationFaults: Faults = {
  'makes an annotation anew that is sent again': {
    breaks:
      'annotations: the same idempotency key and content again gives the first annotation and no second one',
    over: (store) => ({
      annotate: (id, { idempotencyKey: _, ...annotation }, options) =>
        store.annotate(id, annotation, options),
    }),
  },

  'takes an idempotency key again with other content': {
    breaks: 'annotations: the same idempotency key with other content is refused as conflict',
    over: (store) => ({
      async annotate(id, annotation, options) {
        const made = await store.listAnnotations(id, { limit: 1_000 }, options)
        const first = made.find(({ idempotencyKey: key }) => key === annotation.idempotencyKey)
        return first ?? (await store.annotate(id, annotation, options))
      },
    }),
  },

  'takes an idempotency key once for all runs': {
    breaks: 'annotations: an idempotency key counts for one run alone',
    over: (store) => {
      const all = new Map<string, Annotation>()
      return {
        async annotate(id, annotation, options) {
          const key = annotation.idempotencyKey ?? `${Math.random()}`
          const made = all.get(key) ?? (await store.annotate(id, annotation, options))
          all.set(key, made)
          return made
        },
      }
    },
  },

  'numbers annotations before it stores them': {
    breaks: 'annotations: annotations that overlap are all kept, each with its own number',
    over: (store) => ({
      async annotate(id, annotation, options) {
        const last = (await store.listAnnotations(id, { limit: 1_000 }, options)).length
        await nextTurn()
        return { ...(await store.annotate(id, annotation, options)), sequence: last + 1 }
      },
    }),
  },

  'takes no annotations of runs that have ended': {
    breaks:
      'annotations: an annotation needs no claim, is taken in whatever status, and leaves the record as it is',
    over: (store) => ({
      async annotate(id, annotation, options) {
        const run = await store.getWorkflowRun(id, options)
        if (run && hasEnded(run.status)) throw new InvalidTransitionError('the run has ended')
        return await store.annotate(id, annotation, options)
      },
    }),
  },

  'makes a signal of an annotation too': {
    breaks: 'annotations: an annotation is in nobody’s way: whoever knows the log goes on with it',
    over: (store) => ({
      async annotate(id, annotation, options) {
        const run = await store.getWorkflowRun(id, options)
        if (run?.claim) await store.sendSignal(id, { id: `${Math.random()}`, kind: 'cancel' }, options)
        return await store.annotate(id, annotation, options)
      },
    }),
  },

  'finds annotations by any part of their key': {
    breaks: 'annotations: annotations are found by the beginning of their key, by scope and by actor',
    over: (store) => ({
      async listAnnotations(id, { prefix = '', limit, ...query }, options) {
        const all = await store.listAnnotations(id, { ...query, limit: 1_000 }, options)
        return all.filter(({ key }) => new RegExp(prefix, 'i').test(key)).slice(0, limit)
      },
    }),
  },

  'takes the end of a time for a part of it': {
    breaks: 'annotations: annotations are found by time: from one on, and before another',
    over: (store) => ({
      async listAnnotations(id, { until, ...query }, options) {
        const all = await store.listAnnotations(id, query, options)
        return all.filter(({ annotatedAt }) => until === undefined || annotatedAt <= until)
      },
    }),
  },

  'filters annotations after it has cut the page': {
    breaks: 'annotations: annotations are paged by the number they come after, with a filter too',
    over: (store) => ({
      async listAnnotations(id, { prefix = '', ...query }, options) {
        const all = await store.listAnnotations(id, query, options)
        return all.filter(({ key }) => key.startsWith(prefix))
      },
    }),
  },

  'keeps the annotations of a deleted run': {
    breaks: 'annotations: annotations are gone with their run, and a run made anew begins without any',
    over: (store) => {
      const kept = new Map<string, Annotation[]>()
      return {
        async annotate(id, annotation, options) {
          const made = await store.annotate(id, annotation, options)
          kept.set(id, [...(kept.get(id) ?? []), made])
          return made
        },
        async listAnnotations(id, query, options) {
          await store.listAnnotations(id, query, options)
          return (kept.get(id) ?? []).slice(0, query.limit)
        },
      }
    },
  },
}
