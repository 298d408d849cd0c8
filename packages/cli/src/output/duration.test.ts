import { describe, expect, it } from 'vitest'
import { formatAge, formatDuration } from './duration.ts'

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [8.4, '8ms'],
    [350, '0.3s'],
    [12_300, '12.3s'],
    [59_949, '59.9s'],
    [59_950, '1m 0s'],
    [125_000, '2m 5s'],
    [3_599_600, '1h 0m'],
    [7_380_000, '2h 3m'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('formatAge', () => {
  it.each([
    [-5, '0s ago'],
    [59_999, '59s ago'],
    [90_000, '1m ago'],
    [7_200_000, '2h ago'],
    [200_000_000, '2d ago'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text)
  })
})
