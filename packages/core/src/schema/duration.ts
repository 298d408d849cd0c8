import { z } from 'zod'

const units = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** The longest duration, in milliseconds: 24 days, just below what timers can hold. */
export const maxDurationMs = 24 * 86_400_000

const form = 'must be a number of milliseconds or a duration like `30s`, `5m` or `2h`'

const written = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, form)], form)
  .transform(milliseconds)

/** A length of time above zero: milliseconds as a number, or `500ms`, `30s`, `5m`, `2h`, `1d`. Read as milliseconds. */
export const durationSchema = written.refine(
  (ms) => ms > 0 && ms <= maxDurationMs,
  'must be more than 0 and at most `24d`',
)

/** As `durationSchema`, and zero is allowed. */
export const delaySchema = written.refine(
  (ms) => ms >= 0 && ms <= maxDurationMs,
  'must be at least 0 and at most `24d`',
)

function milliseconds(duration: number | string): number {
  if (typeof duration === 'number') return duration
  const [, amount = '0', unit = 'ms'] = /^([\d.]+)([a-z]+)$/.exec(duration) ?? []
  return Math.round(Number(amount) * (units.get(unit) ?? 1))
}
