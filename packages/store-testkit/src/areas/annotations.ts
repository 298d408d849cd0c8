import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Annotations, IWorkflowStore, NewAnnotation } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { bare, note, noting, page, sequencesOf } from '../sample-annotations.ts'
import { nodeStarted, runCompleted } from '../sample-events.ts'
import { batch, claimedRun, newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused, assertTime } from '../store-assertions.ts'

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
    },
    ['annotations'],
  ),

  ...casesOf(
    'annotations',
    {
      'an annotation of exactly the declared size is taken, one byte more is refused as too_large': async ({
        store,
      }) => {
        const id = await startedRun(store)
        const sized = (bytes: number) => {
          const rest = Buffer.byteLength(JSON.stringify({ key: 'a', value: '' }))
          return { key: 'a', value: 'x'.repeat(bytes - rest) }
        }
        const { maxEventBytes } = store.abilities
        await assertNotTaken(noting(store), id, [sized(maxEventBytes + 1), 'too_large', 'one byte more'])
        await noting(store).annotate(id, sized(maxEventBytes))
        const [kept] = await noting(store).listAnnotations(id, page)
        assert.ok(kept?.value === sized(maxEventBytes).value, 'a large value came back changed')
      },
    },
    ['annotations', 'a limit of at most 32 MiB an event'],
  ),
]
