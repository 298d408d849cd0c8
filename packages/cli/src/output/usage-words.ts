import type { UsageSum } from '@ion/store'

/** Sums that can be unknown in part. */
type Sum = Pick<UsageSum, 'calls' | 'inputTokens' | 'outputTokens' | 'cost' | 'unknownTokens' | 'unknownCost'>

/**
 * What calls cost, for a person: `?` when none of them says, and with a `+` when some don't.
 *
 * @example
 * formatCost({ ...sum, calls: 3, cost: 0.5, unknownCost: 1 }) // '0.5000+'
 */
export function formatCost({ calls, cost, unknownCost }: Sum): string {
  return known(price(cost), { calls, unknown: unknownCost })
}

/** The tokens that calls took or gave, likewise. */
export function formatTokens(sum: Sum, name: 'inputTokens' | 'outputTokens'): string {
  return known(String(sum[name]), { calls: sum.calls, unknown: sum.unknownTokens })
}

/**
 * What a run's agents cost, in words.
 *
 * @example
 * usageInWords(usage) // '3 calls, 1200 tokens in, 90 out, cost 0.1234'
 */
export function usageInWords(usage: Sum): string {
  const { calls, unknownTokens, unknownCost } = usage
  const tokens =
    unknownTokens < calls
      ? [`${formatTokens(usage, 'inputTokens')} tokens in, ${formatTokens(usage, 'outputTokens')} out`]
      : ['tokens unknown']
  const cost = unknownCost < calls ? [`cost ${formatCost(usage)}`] : []
  return [calls === 1 ? '1 call' : `${calls} calls`, ...tokens, ...cost].join(', ')
}

function known(text: string, { calls, unknown }: { calls: number; unknown: number }): string {
  if (unknown === 0) return text
  return unknown < calls ? `${text}+` : '?'
}

/** Cents are enough from ten on; below, what a single call costs is still to be seen. */
function price(cost: number): string {
  if (cost > 0 && cost < 0.000_05) return '<0.0001'
  return cost.toFixed(cost < 10 ? 4 : 2)
}
