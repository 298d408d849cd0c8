import assert from 'node:assert/strict'
import { casesOf } from '../conformance-case.ts'
import { bare, note, noting, page, sequencesOf } from '../sample-annotations.ts'
import { startedRun } from '../sample-runs.ts'

/** Notes that come at once. */
export const annotationRaces = [
  ...casesOf(
    'annotations',
    {
      'annotations that overlap are all kept, each with its own number': async ({ store, open }) => {
        const id = await startedRun(store)
        const handles = [noting(store), noting(await open())]
        const made = await Promise.all(
          Array.from({ length: 12 }, (_, index) =>
            (handles[index % 2] ?? noting(store)).annotate(id, bare(`k${index}`)),
          ),
        )
        const stored = await noting(store).listAnnotations(id, page)
        assert.deepEqual(
          sequencesOf(stored),
          made.map((_, index) => index + 1),
        )
        for (const annotation of made) assert.deepEqual(stored[annotation.sequence - 1], annotation)
      },

      'of overlapping annotations with one idempotency key one is kept, and all are told of it': async ({
        store,
        open,
      }) => {
        const id = await startedRun(store)
        const handles = [noting(store), noting(await open())]
        const annotation = note()
        const made = await Promise.all(
          Array.from({ length: 6 }, (_, index) =>
            (handles[index % 2] ?? noting(store)).annotate(id, annotation),
          ),
        )
        assert.deepEqual(
          made,
          made.map(() => made[0]),
        )
        assert.deepEqual(await noting(store).listAnnotations(id, page), made.slice(0, 1))
      },
    },
    ['annotations'],
  ),

  ...casesOf(
    'annotations',
    {
      'annotations of several processes are all kept, also those of one that is killed': async ({
        store,
        spawn,
        open,
      }) => {
        const id = await startedRun(store)
        const [doomed] = await spawn(1)
        assert.ok(doomed)
        const told: unknown[] = []
        const enough = new Promise<void>((resolve) => {
          doomed.onProgress((sequence) => {
            told.push(sequence)
            if (told.length === 5) resolve()
          })
        })
        const endless = doomed.run('annotate', id, { actor: 'doomed', count: 500 }).catch(() => {})
        const steady = Array.from({ length: 10 }, () =>
          noting(store).annotate(id, bare('a', { actor: 'me' })),
        )
        await Promise.all([enough, ...steady])
        await doomed.kill()
        await endless
        const reader = noting(await open())
        const kept = await reader.listAnnotations(id, page)
        assert.deepEqual(
          sequencesOf(kept),
          kept.map((_, index) => index + 1),
        )
        const ofDoomed = sequencesOf(kept.filter(({ actor }) => actor === 'doomed'))
        assert.deepEqual(
          told.filter((sequence) => !ofDoomed.some((each) => each === sequence)),
          [],
          'an annotation that was acknowledged is gone',
        )
        assert.equal(kept.filter(({ actor }) => actor === 'me').length, 10)
        assert.equal((await reader.annotate(id, bare('after'))).sequence, kept.length + 1)
      },
    },
    ['annotations', 'several processes'],
  ),
]
