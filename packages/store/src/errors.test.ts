import { describe, expect, it } from 'vitest'
import { ConflictError, isStoreError, NotFoundError, UnavailableError } from './errors.ts'

describe('an error of a store', () => {
  it('has a name, a code, facts and a cause', () => {
    const cause = new Error('disk')
    const error = new UnavailableError('no space left', 'unknown', { cause })
    expect(error).toMatchObject({ name: 'UnavailableError', code: 'unavailable', outcome: 'unknown', cause })
    expect(error.details).toEqual({ outcome: 'unknown' })
    expect(new ConflictError('behind', { expected: 1 }).details).toEqual({ expected: 1 })
  })

  it('is known by its code, also when it comes from another copy of the package', () => {
    const foreign = Object.assign(new Error('gone'), { code: 'not_found' })
    expect(isStoreError(foreign)).toBe(true)
    expect(isStoreError(foreign, 'conflict', 'not_found')).toBe(true)
    expect(isStoreError(new NotFoundError('gone'), 'conflict')).toBe(false)
  })

  it('is none of the errors that others throw', () => {
    for (const other of [
      new Error('x'),
      Object.assign(new Error('x'), { code: 'ENOENT' }),
      { code: 'conflict' },
      null,
    ]) {
      expect(isStoreError(other)).toBe(false)
    }
  })
})
