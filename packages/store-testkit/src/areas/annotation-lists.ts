import assert from 'node:assert/strict'
import type { Annotation, AnnotationQuery } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { bare, noting, page, sequencesOf } from '../sample-annotations.ts'
import { startedRun } from '../sample-runs.ts'
import { assertRefused } from '../store-assertions.ts'

/** Finding notes on runs. */
export const annotationLists = casesOf(
  'annotations',
  {
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
  },
  ['annotations'],
)
