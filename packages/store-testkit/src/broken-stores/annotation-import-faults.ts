import type { Faults } from './fault.ts'

const asTheyAre = 'annotations: annotations of another store come over as they are, with numbers and times'
const leftAlone =
  'annotations: annotations that are there already are left alone when they come over again, and those missing are added'
const where =
  'annotations: annotations do not come over where the run has others: a number or a key that is taken is a conflict'

/** Taking over notes on runs. */
export const annotationImportFaults: Faults = {
  'makes annotations anew that it takes over': {
    breaks: asTheyAre,
    over: (store) => ({
      async importAnnotations(id, annotations, options) {
        for (const { runId: _, sequence: __, annotatedAt: ___, ...annotation } of annotations)
          await store.annotate(id, annotation, options)
        return annotations.length
      },
    }),
  },

  'forgets the idempotency keys of annotations that it takes over': {
    breaks: asTheyAre,
    over: (store) => ({
      importAnnotations: (id, annotations, options) =>
        store.importAnnotations(
          id,
          annotations.map(({ idempotencyKey: _, ...annotation }) => annotation),
          options,
        ),
    }),
  },

  'takes annotations over once and no more': {
    breaks: leftAlone,
    over: (store) => ({
      async importAnnotations(id, annotations, options) {
        const made = await store.listAnnotations(id, { limit: 1 }, options)
        return made.length > 0 ? 0 : await store.importAnnotations(id, annotations, options)
      },
    }),
  },

  'counts all annotations that come over': {
    breaks: leftAlone,
    over: (store) => ({
      async importAnnotations(id, annotations, options) {
        await store.importAnnotations(id, annotations, options)
        return annotations.length
      },
    }),
  },

  'passes over annotations that it has others for': {
    breaks: where,
    over: (store) => ({
      async importAnnotations(id, annotations, options) {
        const made = await store.listAnnotations(id, { limit: 1_000 }, options)
        const missing = annotations.filter(({ sequence }) => sequence > made.length)
        return await store.importAnnotations(id, missing, options)
      },
    }),
  },

  'takes annotations over behind a gap': {
    breaks: 'annotations: annotations come over page by page, and none behind a gap',
    over: (store) => ({
      async importAnnotations(id, annotations, options) {
        const last = (await store.listAnnotations(id, { limit: 1_000 }, options)).length
        const shift = Math.max(0, (annotations[0]?.sequence ?? 1) - last - 1)
        const moved = annotations.map((each) => ({ ...each, sequence: each.sequence - shift }))
        return await store.importAnnotations(id, moved, options)
      },
    }),
  },
}
