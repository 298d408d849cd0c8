import { describe, expect, it } from 'vitest'
import { problemsOf, wordsOf } from '../testing/problems-of.ts'
import { maxSourceBytes } from './parse-document.ts'

const nodes = 'nodes: [{id: a, bash: ls}]\n'

describe('YAML that is refused', () => {
  it.each([
    ['an empty file', '', 'ION1009 1:1'],
    ['only a comment', '# nothing\n', 'ION1009 1:1'],
    ['a list', '- a\n', 'ION1009 1:1'],
    ['a text', 'hello', 'ION1009 1:1'],
    ['two documents', `${nodes}---\n${nodes}`, 'ION1003 2:1'],
    ['a tag', `name: !env HOME\n${nodes}`, 'ION1004 1:7'],
    [
      'a merge key',
      `x-base: &base {a: 1}\nnodes:\n  - {id: a, bash: ls, env: {<<: *base}}\n`,
      'ION1005 3:29',
    ],
    ['an alias without anchor', `name: *n\n${nodes}`, 'ION1006 1:7'],
    ['an alias to what it stands in', `x-a: &a [*a]\n${nodes}`, 'ION1006 1:10'],
    ['another version', `%YAML 1.1\n---\n${nodes}`, 'ION1010 1:1'],
    ['a key that is no text', `? [a]\n: b\n${nodes}`, 'ION1012 1:3'],
    ['a number that JSON has not', `x-a: .nan\n${nodes}`, 'ION1111 1:6'],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toContain(problem)
  })

  it('a key that is there twice, with both places', () => {
    const text = `name: a\nnodes:\n  - id: a\n    bash: ls\n    id: b\nname: b\n`
    expect(problemsOf(text)).toEqual(['ION1002 5:5', 'ION1002 6:1'])
    expect(wordsOf(text)[1]?.message).toBe('The key `name` is here for the second time; the first is at 1:1.')
  })

  it('syntax errors, the first of each line', () => {
    const text = 'name: a: b\nnodes:\n\t- id: a\n'
    expect(problemsOf(text).map((problem) => problem.slice(0, 9))).toEqual(['ION1001 1', 'ION1001 3'])
    expect(wordsOf(text)[1]?.message).toBe('A tab is used to indent.')
  })

  it('a file over 1 MiB', () => {
    expect(problemsOf(`${nodes}# ${'x'.repeat(maxSourceBytes)}`)).toEqual(['ION1007 1:1'])
    expect(problemsOf(`${nodes}# ${'é'.repeat(maxSourceBytes / 2)}`)).toEqual(['ION1007 1:1'])
  })

  it.each(['[', '{', '- ', '? ', '{a: ', 'a:\n'])('a bomb of nested %s', (piece) => {
    for (const times of [150, 100_000]) {
      const problems = problemsOf(`x-a: ${piece.repeat(times)}`)
      expect(problems.length).toBeGreaterThan(0)
    }
  })

  it('nesting below what is allowed', () => {
    expect(problemsOf(`x-a: ${'['.repeat(101)}${']'.repeat(101)}\n${nodes}`)).toEqual(['ION1008 1:106'])
  })

  it('aliases that multiply', () => {
    const rows = Array.from({ length: 12 }, (_, row) => {
      const of = row === 0 ? 'x' : `*a${row - 1}`
      return `x-${row}: &a${row} [${Array.from({ length: 10 }, () => of).join(', ')}]`
    })
    expect(problemsOf(`${rows.join('\n')}\n${nodes}`)).toEqual(['ION1006 4:46'])
  })
})

describe('YAML that is read', () => {
  it('may have a byte order mark, document markers and comments', () => {
    expect(problemsOf(`\uFEFF--- # workflow\n${nodes}...\n`)).toEqual([])
  })

  it('takes yes, no, on and off as the texts they are in YAML 1.2', () => {
    expect(problemsOf(`${nodes.replace('ls', 'yes')}x-a: {on: off}\n`)).toEqual([])
  })
})
