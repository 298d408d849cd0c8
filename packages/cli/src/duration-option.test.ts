import { describe, expect, it } from 'vitest'
import { duration } from './duration-option.ts'

describe('a duration on the command line', () => {
  it.each([
    ['45s', 45_000],
    ['90m', 5_400_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    ['2w', 1_209_600_000],
  ])('%s is %i milliseconds', (text, ms) => {
    expect(duration(text)).toBe(ms)
  })

  it.each(['30', 'd', '0d', '-1d', '1.5d', '30 d', '30D', '1y', '', '99999999999w'])('%j is none', (text) => {
    expect(() => duration(text)).toThrow('such as 30d')
  })
})
