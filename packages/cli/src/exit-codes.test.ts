import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exitCodeOfSignal, exitCodes, exitCodeTable } from './exit-codes.ts'

describe('exit codes', () => {
  it('are each explained once', () => {
    expect(exitCodeTable.map(({ code }) => code)).toEqual(Object.values(exitCodes))
  })

  it('are in the readme as the program explains them', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    for (const { code, meaning } of exitCodeTable.filter(({ code }) => code < 128)) {
      expect(readme).toContain(`| ${code} | ${meaning} |`)
    }
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
