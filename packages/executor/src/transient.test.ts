import { describe, expect, it } from 'vitest'
import { isTransient } from './transient.ts'

describe('transient errors', () => {
  it.each([
    ['an error that says so', Object.assign(new Error('later'), { transient: true }), true],
    ['a reset connection', Object.assign(new Error('x'), { code: 'ECONNRESET' }), true],
    [
      'a connection fault as a cause',
      new Error('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ETIMEDOUT' }) }),
      true,
    ],
    ['too many requests', Object.assign(new Error('x'), { status: 429 }), true],
    ['a server error', Object.assign(new Error('x'), { statusCode: 503 }), true],
    ['a client error', Object.assign(new Error('x'), { status: 401 }), false],
    ['an error that only talks of a timeout, 429 and 503', new Error('timeout: 429 503 rate limit'), false],
    ['something that is no error', 'ECONNRESET', false],
  ])('%s: %s', (_, error, expected) => {
    expect(isTransient(error)).toBe(expected)
  })
})
