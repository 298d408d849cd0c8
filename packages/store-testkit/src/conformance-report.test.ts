import { describe, expect, it } from 'vitest'
import { type CaseResult, conformanceReport } from './conformance-report.ts'
import { describeStore } from './describe-store.ts'
import type { StoreSubject } from './subject.ts'

const subject: StoreSubject = {
  name: 'Mine',
  module: new URL('./open-memory-store.ts', import.meta.url).href,
  url: () => 'memory:',
  abilities: { processes: 'one', hosts: 'one', maxEventBytes: 1_048_576 },
}

const results: CaseResult[] = [
  { area: 'runs', name: 'a', outcome: 'passed' },
  { area: 'runs', name: 'b', outcome: 'failed', reason: 'Mine breaks a promise' },
  { area: 'large data', name: 'c', outcome: 'passed' },
  { area: 'races', name: 'd', outcome: 'skipped', reason: 'needs several processes' },
  { area: 'races', name: 'e', outcome: 'skipped', reason: 'needs several processes' },
]

describe('the report of a suite', () => {
  it('says by area what passed, what failed and what was skipped, and why', () => {
    expect(conformanceReport(subject, results).text.split('\n')).toEqual([
      'Mine: 2 passed, 1 failed, 2 skipped',
      '  runs        1 passed, 1 failed, 0 skipped',
      '  large data  1 passed, 0 failed, 0 skipped',
      '  races       0 passed, 0 failed, 2 skipped',
      'declared: processes one at once; hosts one at once; an event up to 1048576 bytes; clock that of each process',
      'skipped: 2 cases (needs several processes)',
      'failed: runs: b',
    ])
  })

  it('is data too', () => {
    const { total, areas, skipped, failed } = conformanceReport(subject, results)
    expect(total).toEqual({ passed: 2, failed: 1, skipped: 2 })
    expect(areas[0]).toEqual({ area: 'runs', passed: 1, failed: 1, skipped: 0 })
    expect(skipped).toEqual([{ reason: 'needs several processes', cases: 2 }])
    expect(failed).toEqual([{ area: 'runs', name: 'b', reason: 'Mine breaks a promise' }])
  })

  it('is given once, after all cases', async () => {
    const reports: string[] = []
    const tests: (() => Promise<void>)[] = []
    describeStore(subject, {
      describe: (_, body) => body(),
      it: (_, run) => tests.push(run),
      report: ({ text }) => reports.push(text),
    })
    const [first, last] = [tests[0], tests.at(-1)]
    await first?.()
    expect(reports).toEqual([])
    await last?.()
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/^Mine: 1 passed, 0 failed, \d+ skipped\n {2}runs +1 passed/)
  })
})
