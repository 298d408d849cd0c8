import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { problemsOf, wordsOf } from '../testing/problems-of.ts'

/** A workflow of bash nodes, each with what it depends on; node n is in line n + 1. */
function workflow(dependencies: { [id: string]: string[] }): string {
  const lines = Object.entries(dependencies).map(
    ([id, others]) => `  - {id: ${id}, bash: ls, depends_on: [${others.join(', ')}]}`,
  )
  return `nodes:\n${lines.join('\n')}\n`
}

describe('dependencies', () => {
  it('that do not exist are named, with a suggestion', () => {
    const text = workflow({ build: [], test: ['biuld'] })
    expect(problemsOf(text)).toEqual(['ION1203 3:39'])
    expect(wordsOf(text)[0]).toEqual({
      message: 'Node `test` depends on `biuld`, which does not exist.',
      hint: 'Did you mean `build`?',
    })
  })

  it('on oneself are refused', () => {
    expect(problemsOf(workflow({ a: ['a'] }))).toEqual(['ION1204 2:36'])
  })

  it('in a circle are refused, with the whole path and every place', () => {
    const text = workflow({ a: ['b'], b: ['c'], c: ['x', 'a'], x: [] })
    expect(problemsOf(text)).toEqual(['ION1205 2:36'])
    expect(wordsOf(text)[0]).toEqual({
      message: 'These nodes wait for each other: `a` -> `b` -> `c` -> `a`.',
      hint: 'Remove one: `a` depends on `b` at 2:36, `b` depends on `c` at 3:36, `c` depends on `a` at 4:39.',
    })
  })

  it('in two circles are refused twice', () => {
    const text = workflow({ a: ['b'], b: ['a'], c: ['d', 'a'], d: ['c'] })
    expect(problemsOf(text)).toEqual(['ION1205 2:36', 'ION1205 4:36'])
  })

  it('in any graph without a circle are fine, and one edge back is always found', () => {
    const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 30 })
    fc.assert(
      fc.property(edges, fc.boolean(), (pairs, withCircle) => {
        const dependencies: { [id: string]: string[] } = {}
        for (let index = 0; index < 10; index += 1) dependencies[`n${index}`] = []
        for (const [one, other] of pairs) {
          if (one !== other) dependencies[`n${Math.max(one, other)}`]?.push(`n${Math.min(one, other)}`)
        }
        if (withCircle) {
          dependencies.n0?.push('n9')
          dependencies.n9?.push('n0')
        }
        const codes = problemsOf(workflow(dependencies)).map((problem) => problem.slice(0, 7))
        expect(codes).toEqual(withCircle ? ['ION1205'] : [])
      }),
    )
  })

  it('may be many thousands in a row', () => {
    const row: { [id: string]: string[] } = { n0: [] }
    for (let index = 1; index < 12_000; index += 1) row[`n${index}`] = [`n${index - 1}`]
    expect(problemsOf(workflow(row))).toEqual([])
  })
})
