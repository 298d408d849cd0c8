import type { UsageOfRuns, UsageRow } from '@ion/executor'
import { emptySum } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { usageRemarks, usageTable } from './usage-table.ts'
import { formatCost, usageInWords } from './usage-words.ts'

const sum = (given: Partial<UsageOfRuns>): UsageOfRuns => ({ runs: 1, ...emptySum(), calls: 1, ...given })

describe('the table of usage', () => {
  it('aligns its numbers at the right, and ends with the totals', () => {
    const rows: UsageRow[] = [
      { workflow: 'build', ...sum({ calls: 12, unknownTokens: 12, unknownCost: 12 }) },
      {
        workflow: 'review',
        ...sum({ inputTokens: 1234567, outputTokens: 89, cost: 1.5, durationMs: 61_000 }),
      },
    ]
    const totals = sum({
      runs: 2,
      calls: 13,
      inputTokens: 1234567,
      outputTokens: 89,
      cost: 1.5,
      unknownCost: 12,
      unknownTokens: 12,
    })
    expect(usageTable({ rows, totals, unreadable: 0, faults: [] }, ['workflow'])).toEqual([
      'WORKFLOW  RUNS  CALLS  FAILED  TOKENS IN  TOKENS OUT     COST   TIME',
      'build        1     12       0          ?           ?        ?    0ms',
      'review       1      1       0    1234567          89   1.5000  1m 1s',
      'total        2     13       0   1234567+         89+  1.5000+    0ms',
    ])
  })

  it('has a column for each thing that it is told apart by, and no totals of one row', () => {
    const rows: UsageRow[] = [{ day: '2026-01-31', model: null, ...sum({ cost: 2 }) }]
    const [head, row, ...others] = usageTable({ rows, totals: sum({}), unreadable: 0, faults: [] }, [
      'day',
      'model',
    ])
    expect(head).toMatch(/^DAY {9}MODEL {2}RUNS/)
    expect(row).toMatch(/^2026-01-31 {2}- {6}/)
    expect(others).toEqual([])
  })

  it('says how many calls it knows too little of', () => {
    expect(usageRemarks(sum({}))).toEqual([])
    expect(usageRemarks(sum({ calls: 3, unknownCost: 1 }))).toEqual([
      '1 of 3 calls reported no cost: + is at least, ? is unknown',
    ])
  })
})

describe('a cost', () => {
  it.each([
    [0, '0.0000'],
    [0.00001, '<0.0001'],
    [0.0123, '0.0123'],
    [9.99999, '10.0000'],
    [123.456, '123.46'],
  ])('of %d is %s', (cost, text) => {
    expect(formatCost(sum({ cost }))).toBe(text)
  })

  it('that no call reported is unknown, and one that some did is at least that', () => {
    expect(formatCost(sum({ calls: 2, unknownCost: 2 }))).toBe('?')
    expect(formatCost(sum({ calls: 2, cost: 1, unknownCost: 1 }))).toBe('1.0000+')
  })
})

describe('the usage of a run in words', () => {
  it('leaves out what is not known', () => {
    expect(usageInWords(sum({ unknownTokens: 1, unknownCost: 1 }))).toBe('1 call, tokens unknown')
    expect(
      usageInWords(sum({ calls: 2, inputTokens: 5, outputTokens: 1, unknownTokens: 1, cost: 0.25 })),
    ).toBe('2 calls, 5+ tokens in, 1+ out, cost 0.2500')
  })
})
