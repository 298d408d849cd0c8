import { describe, expect, it } from 'vitest'
import { exitCodeOfSignal, exitCodes, exitCodeTable } from './exit-codes.ts'

describe('exit codes', () => {
  it('are each explained once', () => {
    expect(exitCodeTable.map(({ code }) => code)).toEqual(Object.values(exitCodes))
  })

  it('tell a paused or cancelled run from a completed one', () => {
    expect(new Set(Object.values(exitCodes)).size).toBe(Object.keys(exitCodes).length)
  })

  it('of a signal are what a shell reports for it', () => {
    expect([exitCodeOfSignal('SIGHUP'), exitCodeOfSignal('SIGINT'), exitCodeOfSignal('SIGTERM')]).toEqual([
      129, 130, 143,
    ])
  })
})
