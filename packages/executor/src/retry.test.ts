import { describe, expect, it } from 'vitest'
import { retryDelay } from './retry.ts'

const policy = { maxAttempts: 2, delayMs: 1_000, onError: 'transient' } as const

describe('retries', () => {
  it('count what follows the first try: max_attempts 2 means three tries', () => {
    const delays = [1, 2, 3].map((attempt) => retryDelay(policy, { attempt, transient: true }, 1))
    expect(delays).toEqual([1_000, 2_000, null])
  })

  it('are none with max_attempts 0', () => {
    expect(retryDelay({ ...policy, maxAttempts: 0 }, { attempt: 1, transient: true }, 1)).toBeNull()
  })

  it('leave alone what does not pass by itself, unless all errors are to be retried', () => {
    const lasting = { attempt: 1, transient: false }
    expect(retryDelay(policy, lasting, 1)).toBeNull()
    expect(retryDelay({ ...policy, onError: 'all' }, lasting, 1)).toBe(1_000)
  })

  it('wait between half the delay and the whole', () => {
    expect(retryDelay(policy, { attempt: 1, transient: true }, 0)).toBe(500)
    expect(retryDelay(policy, { attempt: 1, transient: true }, 0.5)).toBe(750)
  })

  it('never wait longer than an hour', () => {
    expect(retryDelay({ ...policy, maxAttempts: 100 }, { attempt: 80, transient: true }, 1)).toBe(3_600_000)
  })
})
