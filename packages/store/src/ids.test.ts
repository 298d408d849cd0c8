import { describe, expect, it } from 'vitest'
import { checkRunId, nodeIdPattern, nodePathSchema, runIdSchema } from './ids.ts'

describe('a run id', () => {
  it.each(['a', 'A-b_c.d', '0', '_x', '-', 'a..b', 'x'.repeat(128)])('may be %s', (id) => {
    expect(() => checkRunId(id)).not.toThrow()
    expect(runIdSchema.safeParse(id).success).toBe(true)
  })

  it.each(['', '.', '..', '.a', '../a', 'a/b', 'a\\b', 'a b', 'a\n', 'ä', 'a\u0000', 'a:b', 'x'.repeat(129)])(
    'is never %j',
    (id) => {
      expect(() => checkRunId(id)).toThrow(expect.objectContaining({ code: 'invalid_record' }))
      expect(runIdSchema.safeParse(id).success).toBe(false)
    },
  )
})

describe('a node path', () => {
  it.each(['a', '_a-1', 'refine/3', 'gate/rework/1', 'sub/build', `a${'/0'.repeat(511)}`])(
    'may be %s',
    (path) => {
      expect(nodePathSchema.safeParse(path).success).toBe(true)
    },
  )

  it.each([
    '',
    '1a',
    '-a',
    'a/',
    '/a',
    'a//b',
    'a/.',
    'a/..',
    'a.b',
    'a b',
    'a\n',
    'é',
    `a${'/0'.repeat(512)}`,
  ])('is never %j', (path) => {
    expect(nodePathSchema.safeParse(path).success).toBe(false)
  })

  it('is never mistaken for a node id once it has a slash', () => {
    expect(nodeIdPattern.test('a/1')).toBe(false)
    expect(nodeIdPattern.test('a-1')).toBe(true)
  })
})
