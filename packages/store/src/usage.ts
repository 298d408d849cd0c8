import type { Usage } from './event.ts'

/** What agents cost, summed. */
export interface UsageSum {
  calls: number
  inputTokens: number
  outputTokens: number
  cost: number
}

/** What agents cost, over all and by model. Calls whose agent named no model are under `''`. */
export interface UsageTotals extends UsageSum {
  models: Map<string, UsageSum>
}

const zero = (): UsageSum => ({ calls: 0, inputTokens: 0, outputTokens: 0, cost: 0 })

/** Totals of nothing. */
export function emptyUsage(): UsageTotals {
  return { ...zero(), models: new Map() }
}

/** Adds what one event reports to totals, in place. */
export function addUsage(totals: UsageTotals, usage: readonly Usage[]): void {
  for (const entry of usage) {
    const model = entry.model ?? ''
    const sum = totals.models.get(model) ?? zero()
    totals.models.set(model, sum)
    for (const target of [totals, sum]) {
      target.calls += 1
      target.inputTokens += entry.inputTokens ?? 0
      target.outputTokens += entry.outputTokens ?? 0
      target.cost += entry.cost ?? 0
    }
  }
}
