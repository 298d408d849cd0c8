import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  type Annotation,
  type AnnotationQuery,
  type Annotations,
  hasAnnotations,
  type IWorkflowStore,
  type NewAnnotation,
} from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeStarted, runCompleted } from '../sample-events.ts'
import { batch, claimedRun, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused, assertTime } from '../store-assertions.ts'

const page = { limit: 1_000 }

/** A handle on a store that was declared to take annotations. */
function noting<Store extends IWorkflowStore>(store: Store): Store & Annotations {
  assert.ok(hasAnnotations(store), 'the store is declared to take annotations, but has no annotate()')
  return store
}

const note = (changes: Partial<NewAnnotation> = {}): NewAnnotation => ({
  ...{ key: 'review.score', value: { stars: 4, why: ['clear'] }, actor: 'ann' },
  ...{ scope: 'draft/rework/1', attempt: 2, idempotencyKey: randomUUID() },
  ...changes,
})

const bare = (key: string, changes: Partial<NewAnnotation> = {}): NewAnnotation => ({
  ...{ key, value: 1 },
  ...changes,
})

/** The call must be refused, and the run must have the same annotations as before. */
async function assertNotTaken(
  store: IWorkflowStore & Annotations,
  id: string,
  [annotation, code, what]: [object, 'conflict' | 'invalid_record' | 'too_large', string],
): Promise<void> {
  const before = await store.listAnnotations(id, page)
  await assertRefused(store.annotate(id, annotation as NewAnnotation), code, what)
  assert.deepEqual(await store.listAnnotations(id, page), before, `${what} was refused, but had an effect`)
}

const sequencesOf = (annotations: readonly Annotation[]) => annotations.map(({ sequence }) => sequence)

/** Notes on runs. */
export const annotations = [
  ...casesOf(
    'annotations',
    {
      'an annotation comes back with number, time and run': async ({ store, open }) => {
        const id = await startedRun(store)
        const made = await noting(store).annotate(id, note({ idempotencyKey: 'first' }))
        assertTime(made.annotatedAt)
        const place = { runId: id, sequence: 1, annotatedAt: made.annotatedAt }
        assert.deepEqual(made, { ...note({ idempotencyKey: 'first' }), ...place })
        for (const handle of [store, await open()]) {
          assert.deepEqual(await noting(handle).listAnnotations(id, page), [made])
        }
      },

      'an annotation has no members that it was not given': async ({ store }) => {
        const id = await startedRun(store)
        const made = await noting(store).annotate(id, { key: 'seen', value: null })
        assert.deepEqual(Object.keys(made).sort(), ['annotatedAt', 'key', 'runId', 'sequence', 'value'])
        assert.deepEqual(await noting(store).listAnnotations(id, page), [made])
      },

      'annotations are numbered 1, 2, 3 … per run': async ({ store }) => {
        const [one, two] = [await startedRun(store), await startedRun(store)]
        for (const sequence of [1, 2, 3]) {
          assert.equal((await noting(store).annotate(one, bare('a'))).sequence, sequence)
        }
        assert.equal((await noting(store).annotate(two, bare('a'))).sequence, 1)
      },

      'the same idempotency key and content again gives the first annotation and no second one': async ({
        store,
        open,
      }) => {
        const id = await startedRun(store)
        const annotation = note()
        const first = await noting(store).annotate(id, annotation)
        await noting(store).annotate(id, bare('between'))
        for (const handle of [store, await open()]) {
          assert.deepEqual(await noting(handle).annotate(id, annotation), first)
        }
        assert.deepEqual(sequencesOf(await noting(store).listAnnotations(id, page)), [1, 2])
      },

      'the same idempotency key with other content is refused as conflict': async ({ store }) => {
        const id = await startedRun(store)
        const annotation = note()
        await noting(store).annotate(id, annotation)
        const { attempt: _, ...without } = annotation
        const others: { [what: string]: NewAnnotation } = {
          'another value': { ...annotation, value: { stars: 5 } },
          'another key': { ...annotation, key: 'review.scores' },
          'another actor': { ...annotation, actor: 'bob' },
          'another scope': { ...annotation, scope: 'draft' },
          'no attempt': without,
        }
        for (const [what, other] of Object.entries(others)) {
          await assertNotTaken(noting(store), id, [other, 'conflict', what])
        }
      },

      'an idempotency key counts for one run alone': async ({ store }) => {
        const [one, two] = [await startedRun(store), await startedRun(store)]
        await noting(store).annotate(one, note({ idempotencyKey: 'k', actor: 'ann' }))
        const other = await noting(store).annotate(two, note({ idempotencyKey: 'k', actor: 'bob' }))
        assert.deepEqual([other.runId, other.actor], [two, 'bob'])
      },

      'the same annotation without an idempotency key is another one': async ({ store }) => {
        const id = await startedRun(store)
        for (let time = 0; time < 3; time++) await noting(store).annotate(id, bare('a'))
        assert.deepEqual(sequencesOf(await noting(store).listAnnotations(id, page)), [1, 2, 3])
      },

      'an annotation needs no claim, is taken in whatever status, and leaves the record as it is': async ({
        store,
      }) => {
        const { id: pending } = await store.createWorkflowRun(newRun())
        const { id: held } = await claimedRun(store)
        const paused = await startedRun(store)
        await store.updateWorkflowRun(paused, { status: 'paused' })
        const completed = await startedRun(store)
        await store.createWorkflowEvent(completed, runCompleted())
        for (const id of [pending, held, paused, completed]) {
          const before = await theRun(store, id)
          await noting(store).annotate(id, note())
          assert.deepEqual(await theRun(store, id), before)
        }
      },

      'an annotation is in nobody’s way: whoever knows the log goes on with it': async ({ store, open }) => {
        const { id, claim } = await claimedRun(store)
        const other = noting(await open())
        for (let sequence = 1; sequence <= 5; sequence++) {
          await other.annotate(id, bare('a'))
          const { lastSequence } = await store.appendEvents(
            id,
            batch(sequence, [nodeStarted('a')], { claim }),
          )
          assert.equal(lastSequence, sequence + 1)
        }
        await other.annotate(id, bare('a'))
        await store.appendEvents(id, batch(6, [runCompleted()], { claim, expectedSignal: 0 }))
        assert.deepEqual(sequencesOf(await noting(store).listAnnotations(id, page)), [1, 2, 3, 4, 5, 6])
      },

      'annotations are found by the beginning of their key, by scope and by actor': async ({ store }) => {
        const id = await startedRun(store)
        await noting(store).annotate(id, bare('score', { actor: 'ann', scope: 'draft' }))
        await noting(store).annotate(id, bare('score.total', { actor: 'bob', scope: 'draft/2' }))
        await noting(store).annotate(id, bare('sc_re', { actor: 'ann\0\\ü', scope: 'dra_t' }))
        await noting(store).annotate(id, bare('Score', { actor: 'Ann' }))
        const wanted: [Omit<AnnotationQuery, 'limit'>, number[]][] = [
          [{}, [1, 2, 3, 4]],
          [{ prefix: '' }, [1, 2, 3, 4]],
          [{ prefix: 'score' }, [1, 2]],
          [{ prefix: 'score.' }, [2]],
          [{ prefix: 'sc_re' }, [3]],
          [{ prefix: 'S' }, [4]],
          [{ prefix: 'x' }, []],
          [{ scope: 'draft' }, [1]],
          [{ scope: 'dra_t' }, [3]],
          [{ actor: 'ann' }, [1]],
          [{ actor: 'ann\0\\ü' }, [3]],
          [{ actor: '' }, []],
          [{ prefix: 'sc', scope: 'draft', actor: 'ann' }, [1]],
          [{ prefix: 'sc', scope: 'draft', actor: 'bob' }, []],
        ]
        for (const [filter, sequences] of wanted) {
          const found = await noting(store).listAnnotations(id, { ...filter, ...page })
          assert.deepEqual(sequencesOf(found), sequences, `found by ${JSON.stringify(filter)}`)
        }
      },

      'annotations are found by time: from one on, and before another': async ({ store }) => {
        const id = await startedRun(store)
        const made: Annotation[] = []
        // Until there are three different times.
        while (new Set(made.map(({ annotatedAt }) => annotatedAt)).size < 3) {
          made.push(await noting(store).annotate(id, bare('a')))
        }
        const times = [...new Set(made.map(({ annotatedAt }) => annotatedAt))]
        const [first = '', second = '', third = ''] = times
        const found = async (filter: { since?: string; until?: string }) =>
          new Set(
            (await noting(store).listAnnotations(id, { ...filter, ...page })).map((each) => each.annotatedAt),
          )
        assert.deepEqual(await found({ since: second }), new Set([second, third]))
        assert.deepEqual(await found({ until: second }), new Set([first]))
        assert.deepEqual(await found({ since: second, until: third }), new Set([second]))
      },

      'annotations are paged by the number they come after, with a filter too': async ({ store }) => {
        const id = await startedRun(store)
        for (let index = 0; index < 9; index++) await noting(store).annotate(id, bare(`k${index % 3}`))
        const all = await noting(store).listAnnotations(id, page)
        for (const [after, limit] of [
          [0, 1],
          [0, 9],
          [4, 3],
          [8, 10],
          [9, 10],
          [99, 1],
        ] as const) {
          const found = await noting(store).listAnnotations(id, { after, limit })
          assert.deepEqual(found, all.slice(after, after + limit), `${limit} after ${after}`)
        }
        const filtered = await noting(store).listAnnotations(id, { prefix: 'k1', after: 2, limit: 2 })
        assert.deepEqual(sequencesOf(filtered), [5, 8])
      },

      'any JSON value comes back from an annotation': async ({ store, open }) => {
        const id = await startedRun(store)
        const values = [
          0,
          '',
          [],
          {},
          null,
          false,
          1e308,
          '\0',
          '\ud800',
          '😀\ufeff',
          JSON.parse('{"__proto__":1}'),
        ]
        for (const value of values) await noting(store).annotate(id, { key: 'v', value })
        const found = await noting(await open()).listAnnotations(id, page)
        assert.deepEqual(
          found.map(({ value }) => JSON.stringify(value)),
          values.map((value) => JSON.stringify(value)),
        )
        const odd = note({ actor: 'a\0\ud800', idempotencyKey: '\\\0' })
        const made = await noting(store).annotate(id, odd)
        assert.deepEqual(made, {
          ...odd,
          runId: id,
          sequence: values.length + 1,
          annotatedAt: made.annotatedAt,
        })
        assert.deepEqual(await noting(await open()).annotate(id, odd), made)
      },

      'a malformed annotation is refused as invalid_record without effect': async ({ store }) => {
        const id = await startedRun(store)
        const malformed: { [what: string]: object } = {
          'an empty key': bare(''),
          'a key over 128 characters': bare('k'.repeat(129)),
          'a key with a space': bare('a b'),
          'a key that begins with a dot': bare('.a'),
          'no value': { key: 'a' },
          'a value that is not JSON': { key: 'a', value: new Date() },
          'an actor over 256 characters': bare('a', { actor: 'x'.repeat(257) }),
          'a scope that is no path': bare('a', { scope: '../x' }),
          'attempt 0': bare('a', { attempt: 0 }),
          'an empty idempotency key': bare('a', { idempotencyKey: '' }),
          'an unknown member': { ...bare('a'), colour: 'red' },
        }
        for (const [what, annotation] of Object.entries(malformed)) {
          await assertNotTaken(noting(store), id, [annotation, 'invalid_record', what])
        }
      },

      'a query that can not be right is refused as invalid_record': async ({ store }) => {
        const id = await startedRun(store)
        const wrong: object[] = [
          ...[{}, { limit: 0 }, { limit: 1_001 }, { limit: 1.5 }, { ...page, after: -1 }],
          ...[
            { ...page, since: 'yesterday' },
            { ...page, until: '0000-01-01T00:00:00.000Z' },
          ],
          ...[
            { ...page, prefix: '%' },
            { ...page, scope: '../x' },
            { ...page, colour: 'red' },
          ],
        ]
        for (const query of wrong) {
          const listing = noting(store).listAnnotations(id, query as AnnotationQuery)
          await assertRefused(listing, 'invalid_record', JSON.stringify(query))
        }
      },

      'annotations of a run that is not there are refused as not_found': async ({ store }) => {
        const id = randomUUID()
        await assertRefused(noting(store).annotate(id, note()), 'not_found', 'annotating')
        await assertRefused(noting(store).listAnnotations(id, page), 'not_found', 'listing')
        assert.equal(await store.getWorkflowRun(id), null)
      },

      'annotations are gone with their run, and a run made anew begins without any': async ({
        store,
        open,
      }) => {
        const id = await startedRun(store)
        const other = noting(await open())
        await other.annotate(id, note({ idempotencyKey: 'k' }))
        await store.deleteWorkflowRun(id)
        await assertRefused(other.annotate(id, note()), 'not_found', 'annotating a deleted run')
        await assertRefused(other.listAnnotations(id, page), 'not_found', 'listing those of a deleted run')
        await store.createWorkflowRun(newRun({ id }))
        for (const handle of [noting(store), other]) {
          assert.deepEqual(await handle.listAnnotations(id, page), [])
        }
        const made = await other.annotate(id, bare('a', { idempotencyKey: 'k' }))
        assert.deepEqual([made.sequence, made.key], [1, 'a'])
      },

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
