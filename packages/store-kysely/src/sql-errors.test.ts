import { describe, expect, it } from 'vitest'
import { asStoreError } from './sql-errors.ts'

const databaseError = (code: string) => Object.assign(new Error('the database says no'), { code })

describe('an error of a database', () => {
  it.each([
    ['53100', 'a full disk', 'unavailable', 'none'],
    ['SQLITE_FULL', 'a full disk', 'unavailable', 'none'],
    ['25006', 'a server that only reads', 'unavailable', 'none'],
    ['SQLITE_READONLY_DBMOVED', 'a file that only can be read', 'unavailable', 'none'],
    ['42501', 'no permission', 'unavailable', 'none'],
    ['57014', 'a statement that took too long', 'unavailable', 'none'],
    ['08006', 'a connection that broke', 'unavailable', 'unknown'],
    ['57P01', 'a server that is shut down', 'unavailable', 'unknown'],
    ['SQLITE_IOERR_FSYNC', 'a disk that gave way', 'unavailable', 'unknown'],
    ['ECONNRESET', 'a connection that was cut', 'unavailable', 'unknown'],
    ['22P05', 'a character that the database has not', 'invalid_record', undefined],
    ['22008', 'a time that it can not hold', 'invalid_record', undefined],
    ['XX001', 'a damaged page', 'corrupt', undefined],
    ['SQLITE_CORRUPT_INDEX', 'a damaged page', 'corrupt', undefined],
    ['42P01', 'a table that is gone', 'corrupt', undefined],
  ])('%s (%s) is %s to the caller, of outcome %s', (code, _, storeCode, outcome) => {
    const error = asStoreError(databaseError(code), 'unknown')
    expect(error).toMatchObject({ code: storeCode })
    expect(Reflect.get(Object(error), 'outcome')).toBe(outcome)
  })

  it('has no effect where the call only read', () => {
    expect(asStoreError(databaseError('08006'), 'none')).toMatchObject({
      code: 'unavailable',
      outcome: 'none',
    })
  })
})
