import { describe, expect, it } from 'vitest'
import { problemsOf, wordsOf } from '../testing/problems-of.ts'

const nodes = (...ids: string[]) => `nodes:\n${ids.map((id) => `  - id: ${id}\n    bash: ls\n`).join('')}`

describe('node ids', () => {
  it('are refused for the second time, with the place of the first', () => {
    expect(problemsOf(nodes('a', 'b', 'a'))).toEqual(['ION1201 6:9'])
    expect(wordsOf(nodes('a', 'b', 'a'))[0]?.message).toBe(
      'The id `a` is here for the second time; the first is at 2:9.',
    )
  })

  it('are refused when they differ only in case', () => {
    expect(problemsOf(nodes('build', 'Build'))).toEqual(['ION1202 4:9'])
  })

  it.each(['1st', 'a.b', 'a b', '""', 'é', 'a/b', 'x'.repeat(65), '-a'])('are refused as %s', (id) => {
    expect(problemsOf(nodes(id))).toEqual(['ION1206 2:9'])
  })

  it.each(['a', '_', 'fetch-issue', 'A1_b', 'x'.repeat(64), '__proto__', 'constructor'])(
    'may be %s',
    (id) => {
      expect(problemsOf(nodes(id))).toEqual([])
    },
  )

  it.each(['INPUTS', 'ARGUMENTS', 'LOOP_PREV'])('may not be %s, which means something else', (id) => {
    expect(problemsOf(nodes(id))).toEqual(['ION1207 2:9'])
  })

  it('must be there and be texts', () => {
    expect(problemsOf('nodes:\n  - bash: ls\n  - id: 5\n    bash: ls\n')).toEqual([
      'ION1110 2:5',
      'ION1111 3:9',
    ])
  })
})
