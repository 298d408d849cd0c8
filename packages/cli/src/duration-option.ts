import { InvalidArgumentError } from 'commander'

const unitMs: { readonly [unit: string]: number } = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/**
 * Reads an option that is a length of time, for Commander, in milliseconds.
 *
 * @example
 * duration('30d') // 2_592_000_000
 */
export function duration(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? []
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN)
  // Further back there is no date.
  if (ms > 0 && ms <= Date.now()) return ms
  throw new InvalidArgumentError('It must be a number with s, m, h, d or w, such as 30d.')
}
