import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareRuns,
  decodeRunCursor,
  encodeRunCursor,
  matchesFilter,
  pageOfRuns,
  type RunFilter,
  startOfPage,
} from './filter.ts'
import type { RunSummary } from './run.ts'

const runOf = (changes: Partial<RunSummary> = {}): RunSummary => ({
  ...{
    id: 'r',
    workflowName: 'build',
    status: 'running',
    userMessage: '',
    priority: 0,
    idempotencyKey: null,
  },
  ...{
    wakeAt: null,
    error: null,
    startedAt: null,
    finishedAt: null,
    lastSequence: 1,
    lastSignal: 0,
    claim: null,
  },
  createdAt: '2031-01-01T00:00:00.000Z',
  updatedAt: '2031-01-01T00:00:00.000Z',
  ...changes,
})

const anyKey = fc.record({
  createdAt: fc.integer({ min: 0, max: 3 }).map((ms) => new Date(ms).toISOString()),
  id: fc.stringMatching(/^[A-Za-z0-9_-]{1,3}$/),
})

describe('a cursor', () => {
  it('leads back to its place', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(decodeRunCursor(encodeRunCursor(key))).toEqual(key)
      }),
    )
  })

  it.each(['', 'x', 'W10', 'bnVsbA', 'WzEsMl0', encodeRunCursor({ createdAt: 'a', id: 'b' }).slice(2)])(
    'is refused when nobody gave it out: %j',
    (text) => {
      expect(() => decodeRunCursor(text)).toThrow(expect.objectContaining({ code: 'invalid_record' }))
    },
  )
})

describe('the order of runs', () => {
  it('is newest first, then by id from the end, and total', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (a, b) => {
        expect(compareRuns(a, b)).toBe(-compareRuns(b, a) || 0)
        if (a.createdAt > b.createdAt) expect(compareRuns(a, b)).toBe(-1)
        else if (a.createdAt === b.createdAt && a.id > b.id) expect(compareRuns(a, b)).toBe(-1)
        else if (a.createdAt === b.createdAt && a.id === b.id) expect(compareRuns(a, b)).toBe(0)
      }),
    )
  })
})

describe('a filter', () => {
  const time = '2031-01-01T00:00:00.000Z'
  const cases: [string, RunFilter, Partial<RunSummary>, boolean][] = [
    ['nothing asked', {}, {}, true],
    ['a running run that nobody holds is interrupted', { status: ['interrupted'] }, {}, true],
    ['… and not running', { status: ['running'] }, {}, false],
    ['one of several', { status: ['failed', 'paused'] }, { status: 'paused' }, true],
    ['none of no status', { status: [] }, {}, false],
    ['created at the time is after', { createdAfter: time }, {}, true],
    ['created at the time is not before', { createdBefore: time }, {}, false],
    ['wakes at the time', { wakeBefore: time }, { wakeAt: time }, true],
    ['wakes later', { wakeBefore: time }, { wakeAt: '2031-01-01T00:00:00.001Z' }, false],
    ['never wakes', { wakeBefore: time }, {}, false],
    ['priority at', { minPriority: 0 }, {}, true],
    ['priority below', { minPriority: 1 }, {}, false],
    ['every condition must hold', { minPriority: 0, workflowName: 'other' }, {}, false],
  ]
  it.each(cases)('%s', (_, filter, run, matches) => {
    expect(matchesFilter(runOf(run), filter)).toBe(matches)
  })
})

describe('a page of runs', () => {
  it('after page gives every run once, whatever the limit', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyKey, { selector: encodeRunCursor }),
        fc.integer({ min: 1, max: 5 }),
        (keys, limit) => {
          const sorted = keys.toSorted(compareRuns)
          const seen = []
          for (let cursor: string | null | undefined; cursor !== null; ) {
            const after = startOfPage({ limit, ...(cursor === undefined ? {} : { cursor }) })
            const page = pageOfRuns(
              sorted.filter((key) => !after || compareRuns(key, after) > 0),
              limit,
            )
            expect(page.items.length).toBeLessThanOrEqual(limit)
            seen.push(...page.items)
            cursor = page.next
          }
          expect(seen).toEqual(sorted)
        },
      ),
    )
  })

  it.each([0, -1, 1_001, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('has no limit of %s', (limit) => {
    expect(() => startOfPage({ limit })).toThrow(expect.objectContaining({ code: 'invalid_record' }))
  })
})
