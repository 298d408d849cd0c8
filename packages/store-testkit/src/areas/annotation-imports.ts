import assert from 'node:assert/strict'
import {
  type Annotation,
  type AnnotationImport,
  type Annotations,
  type IWorkflowStore,
  importsAnnotations,
} from '@ion/store'
import { type ConformanceCase, casesOf } from '../conformance-case.ts'
import { elsewhere } from '../imported-runs.ts'
import { bare, note, noting, page } from '../sample-annotations.ts'
import { newRun, startedRun, theRun } from '../sample-runs.ts'
import { assertRefused } from '../store-assertions.ts'

const declared: ConformanceCase = {
  area: 'annotations',
  name: 'whether annotations of other stores can be taken over is as declared',
  async run({ store, subject: { offers = [] } }) {
    assert.equal(importsAnnotations(store), offers.includes('annotation import'))
  },
}

/** A handle on a store that was declared to take annotations over. */
function taking<Store extends IWorkflowStore>(store: Store): Store & Annotations & AnnotationImport {
  assert.ok(
    importsAnnotations(store),
    'the store is declared to take annotations over, but has no importAnnotations()',
  )
  return noting(store)
}

/** A run of the store, and annotations that another store has of the same run. */
async function annotatedElsewhere(store: IWorkflowStore): Promise<{ id: string; annotations: Annotation[] }> {
  const id = await startedRun(store)
  const source = elsewhere()
  await source.createWorkflowRun(newRun({ id }))
  const odd = 'NUL \0, lone \ud800, \\u0000, é'
  await source.annotate(id, note({ idempotencyKey: 'first' }))
  await source.annotate(id, bare('score', { value: JSON.parse('{"__proto__": [1, null]}') }))
  await source.annotate(id, bare('odd', { value: odd, actor: odd, idempotencyKey: odd }))
  return { id, annotations: await source.listAnnotations(id, page) }
}

async function assertAnnotations(store: IWorkflowStore, id: string, wanted: Annotation[]): Promise<void> {
  assert.deepEqual(await noting(store).listAnnotations(id, page), wanted)
}

/** Notes on runs as another store has them. */
export const annotationImports = [
  declared,
  ...casesOf(
    'annotations',
    {
      'annotations of another store come over as they are, with numbers and times': async ({
        store,
        open,
      }) => {
        const { id, annotations } = await annotatedElsewhere(store)
        const before = await theRun(store, id)
        assert.equal(await taking(store).importAnnotations(id, annotations), 3)
        for (const handle of [store, await open()]) await assertAnnotations(handle, id, annotations)
        assert.deepEqual(await theRun(store, id), before)
        const later = await noting(store).annotate(id, bare('later'))
        assert.equal(later.sequence, 4)
        const again = await noting(store).annotate(id, note({ idempotencyKey: 'first' }))
        assert.deepEqual(again, annotations[0], 'an annotation that was taken over is not known by its key')
      },

      'annotations that are there already are left alone when they come over again, and those missing are added':
        async ({ store }) => {
          const { id, annotations } = await annotatedElsewhere(store)
          assert.equal(await taking(store).importAnnotations(id, annotations.slice(0, 1)), 1)
          assert.equal(await taking(store).importAnnotations(id, annotations), 2)
          assert.equal(await taking(store).importAnnotations(id, annotations), 0)
          assert.equal(await taking(store).importAnnotations(id, annotations.slice(1, 2)), 0)
          assert.equal(await taking(store).importAnnotations(id, []), 0)
          await assertAnnotations(store, id, annotations)
          const own = await noting(store).annotate(id, bare('own'))
          assert.equal(await taking(store).importAnnotations(id, annotations), 0)
          await assertAnnotations(store, id, [...annotations, own])
        },

      'annotations come over page by page, and none behind a gap': async ({ store }) => {
        const { id, annotations } = await annotatedElsewhere(store)
        await assertRefused(taking(store).importAnnotations(id, annotations.slice(1)), 'conflict')
        await assertAnnotations(store, id, [])
        for (const annotation of annotations) await taking(store).importAnnotations(id, [annotation])
        await assertAnnotations(store, id, annotations)
      },

      'annotations do not come over where the run has others: a number or a key that is taken is a conflict':
        async ({ store }) => {
          const { id, annotations } = await annotatedElsewhere(store)
          const own = await noting(store).annotate(id, bare('own'))
          await assertRefused(taking(store).importAnnotations(id, annotations), 'conflict')
          await assertAnnotations(store, id, [own])
          const [first] = annotations
          assert.ok(first)
          const other = await startedRun(store)
          const mine = await noting(store).annotate(other, bare('mine', { idempotencyKey: 'first' }))
          const next = { ...first, runId: other, sequence: 2 }
          await assertRefused(taking(store).importAnnotations(other, [next]), 'conflict')
          await assertAnnotations(store, other, [mine])
        },

      'annotations that come over twice at the same time are there once': async ({ store, open }) => {
        const { id, annotations } = await annotatedElsewhere(store)
        const handles = [store, await open(), store].map(taking)
        await Promise.all(handles.map((handle) => handle.importAnnotations(id, annotations)))
        await assertAnnotations(store, id, annotations)
      },

      'annotations that can not be right do not come over': async ({ store }) => {
        const { id, annotations } = await annotatedElsewhere(store)
        const [first, second] = annotations
        assert.ok(first && second)
        const wrong: { [what: string]: object[] } = {
          'of another run': [{ ...first, runId: 'other' }],
          'without a time': [{ ...first, annotatedAt: 'yesterday' }],
          'numbered 0': [{ ...first, sequence: 0 }],
          'with a gap': [first, { ...second, sequence: 3 }],
          'out of order': [second, first],
          'with a bad key': [{ ...first, key: '%' }],
          'with a strange member': [{ ...first, colour: 'red' }],
        }
        for (const [what, given] of Object.entries(wrong)) {
          const taken = taking(store).importAnnotations(id, given as Annotation[])
          await assertRefused(taken, 'invalid_record', `an annotation ${what}`)
        }
        await assertRefused(
          taking(store).importAnnotations('nosuch', [{ ...first, runId: 'nosuch' }]),
          'not_found',
        )
        await assertAnnotations(store, id, [])
      },
    },
    ['annotations', 'annotation import'],
  ),
]
