import { describe, expect, it } from 'vitest'
import { PathError, parsePath, select, valueAt } from './json-path.ts'

describe('a path', () => {
  it.each([
    ['a', ['a']],
    ['a.b-c.d', ['a', 'b-c', 'd']],
    ['[0].a[-1][2]', [0, 'a', -1, 2]],
  ])('%s', (path, steps) => {
    expect(parsePath(path)).toEqual(steps)
  })

  it.each(['', '.', 'a.', '.a', 'a..b', 'a[b]', 'a[', '$.a[*'])('%j is none', (path) => {
    expect(() => parsePath(path)).toThrow(PathError)
  })

  it('leads nowhere but to what is there itself', () => {
    expect(valueAt({ a: [1, { b: 2 }] }, 'a[-1].b')).toBe(2)
    for (const path of ['b', 'a.length', 'a[5]', 'constructor', 'a[0].b', '[0]']) {
      expect(valueAt({ a: [1] }, path)).toBeUndefined()
    }
  })
})

describe('a selector', () => {
  const lines = [{ type: 'a', n: 1 }, { type: 'b', n: 2 }, { type: 'a', n: null }, 'talk']

  it('takes the last value that has something', () => {
    expect(select(lines, 'n')).toBe(2)
    expect(select(lines, { path: 'n', where: { type: 'a' } })).toBe(1)
    expect(select(lines, { path: 'n', where: { type: 'c' } })).toBeUndefined()
  })
})
