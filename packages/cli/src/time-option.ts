import { InvalidArgumentError } from 'commander'
import { duration } from './duration-option.ts'

/**
 * Reads an option that is a time in the past, for Commander: how long ago, or a date, with or without a time (ISO, UTC where it
 * says no zone).
 *
 * @returns ISO, milliseconds.
 *
 * @example
 * time('2026-01-31') // '2026-01-31T00:00:00.000Z'
 */
export function time(text: string): string {
  if (/^\d+[smhdw]$/.test(text)) return new Date(Date.now() - duration(text)).toISOString()
  const [, date, clock = 'T00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? []
  const found = new Date(`${date}${clock}${zone}`)
  // The engine takes the 31st of February for a day in March.
  const isDay =
    !Number.isNaN(found.getTime()) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(`${date}`)
  if (isDay) return found.toISOString()
  throw new InvalidArgumentError('It must be a time ago such as 7d, or a date such as 2026-01-31.')
}
