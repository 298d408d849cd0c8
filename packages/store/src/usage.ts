import type { RecordedUsage } from './event.ts'

/** What agents cost, summed. */
export interface UsageSum {
  /** How often an agent was called. */
  calls: number
  /** How many of the calls failed, were timed out or were stopped. */
  failed: number
  inputTokens: number
  outputTokens: number
  /** In the currency of the host's choice, usually US dollars. */
  cost: number
  /** How long all calls took together, in milliseconds. */
  durationMs: number
  /** Calls that reported no tokens: what they used is not in the sums. */
  unknownTokens: number
  /** Calls that reported no cost: what they cost is not in the sum. */
  unknownCost: number
}

/**
 * What agents cost, over all and by model. Calls whose model nobody names are under `''`. A call that several models
 * answered is in the sum of each, and once in the totals.
 */
export interface UsageTotals extends UsageSum {
  models: Map<string, UsageSum>
}

/** The sum of no calls. */
export function emptySum(): UsageSum {
  return {
    calls: 0,
    failed: 0,
    inputTokens: 0,
    outputTokens: 0,
    cost: 0,
    durationMs: 0,
    unknownTokens: 0,
    unknownCost: 0,
  }
}

/** Totals of nothing. */
export function emptyUsage(): UsageTotals {
  return { ...emptySum(), models: new Map() }
}

/** Adds what one event reports to totals, in place. */
export function addUsage(totals: UsageTotals, usage: readonly RecordedUsage[]): void {
  for (const call of callsOf(usage)) {
    addCall(totals, call)
    for (const [model, entries] of byModel(call)) {
      const sum = totals.models.get(model) ?? emptySum()
      totals.models.set(model, sum)
      addCall(sum, entries)
    }
  }
}

/**
 * Adds one call to a sum, in place.
 *
 * @param entries - Those entries of the call that count for the sum.
 */
export function addCall(sum: UsageSum, entries: readonly RecordedUsage[]): void {
  const isReported = (name: 'inputTokens' | 'outputTokens' | 'cost') =>
    entries.some((entry) => entry[name] !== undefined)
  sum.calls += 1
  if (entries.some(({ call }) => call?.error !== undefined)) sum.failed += 1
  if (!isReported('inputTokens') && !isReported('outputTokens')) sum.unknownTokens += 1
  if (!isReported('cost')) sum.unknownCost += 1
  sum.durationMs += entries[0]?.call?.durationMs ?? 0
  for (const { inputTokens = 0, outputTokens = 0, cost = 0 } of entries) {
    sum.inputTokens += inputTokens
    sum.outputTokens += outputTokens
    sum.cost += cost
  }
}

/** The entries of one event, call by call. One without `call` is a call of its own. */
export function callsOf(usage: readonly RecordedUsage[]): RecordedUsage[][] {
  const calls: RecordedUsage[][] = []
  let last: number | undefined
  for (const entry of usage) {
    const number = entry.call?.number
    if (number !== undefined && number === last) calls.at(-1)?.push(entry)
    else calls.push([entry])
    last = number
  }
  return calls
}

/** The entries of one call by the model that they count for: the one that answered, else the one asked for, else `''`. */
export function byModel(call: readonly RecordedUsage[]): Map<string, RecordedUsage[]> {
  const models = new Map<string, RecordedUsage[]>()
  for (const entry of call) {
    const model = entry.model ?? entry.call?.requestedModel ?? ''
    models.set(model, [...(models.get(model) ?? []), entry])
  }
  return models
}
