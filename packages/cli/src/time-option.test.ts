import { describe, expect, it } from 'vitest'
import { time } from './time-option.ts'

describe('a time on the command line', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T10:20', '2026-01-31T10:20:00.000Z'],
    ['2026-01-31T10:20:30.5', '2026-01-31T10:20:30.500Z'],
    ['2026-01-31T10:20:30Z', '2026-01-31T10:20:30.000Z'],
    ['2026-01-31T00:20+01:00', '2026-01-30T23:20:00.000Z'],
  ])('may be a date: %s is %s', (text, iso) => {
    expect(time(text)).toBe(iso)
  })

  it('may be how long ago it was', () => {
    const before = Date.now()
    const found = Date.parse(time('2d')) + 2 * 86_400_000
    expect(found).toBeGreaterThanOrEqual(before)
    expect(found).toBeLessThanOrEqual(Date.now())
  })

  it.each(['', '7', 'yesterday', '2026', '2026-02-31', '2026-13-01', '31.01.2026', '2026-01-31 10:20', '0d'])(
    '%j is none',
    (text) => {
      expect(() => time(text)).toThrow('It must be')
    },
  )
})
