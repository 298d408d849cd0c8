import { addCall, byModel, emptySum, type RecordedUsage, type RunSummary } from '@ion/store'
import type { UsageKey, UsageOfRuns, UsageRow } from './usage-stats-options.ts'

type RowNames = Pick<UsageRow, UsageKey>

/** Sums what runs cost, over all and in rows. */
export class UsageRows {
  readonly totals: UsageOfRuns = { runs: 0, ...emptySum() }
  readonly #rows = new Map<string, UsageRow>()
  readonly #by: readonly UsageKey[]

  constructor(by: readonly UsageKey[]) {
    this.#by = by
  }

  /** Adds the calls of one run, each given as its entries. */
  add(run: Pick<RunSummary, 'workflowName' | 'createdAt'>, calls: readonly RecordedUsage[][]): void {
    const seen = new Set<UsageOfRuns>()
    const count = (sum: UsageOfRuns, entries: readonly RecordedUsage[]) => {
      if (!seen.has(sum)) sum.runs += 1
      seen.add(sum)
      addCall(sum, entries)
    }
    for (const call of calls) {
      count(this.totals, call)
      for (const { names, entries } of this.#parts(run, call)) count(this.#row(names), entries)
    }
  }

  /** In the order of what they are of; what nobody names comes first. */
  sorted(): UsageRow[] {
    return [...this.#rows.values()].sort((a, b) => {
      for (const key of this.#by) {
        const [left, right] = [a[key] ?? '', b[key] ?? '']
        if (left !== right) return left < right ? -1 : 1
      }
      return 0
    })
  }

  /** What of a call counts in which row: by models it is taken apart. */
  *#parts(
    { workflowName, createdAt }: Pick<RunSummary, 'workflowName' | 'createdAt'>,
    call: readonly RecordedUsage[],
  ): Generator<{ names: RowNames; entries: readonly RecordedUsage[] }> {
    const isBy = (key: UsageKey) => this.#by.includes(key)
    const names: RowNames = {
      ...(isBy('workflow') ? { workflow: workflowName } : {}),
      ...(isBy('agent') ? { agent: call[0]?.call?.agent ?? null } : {}),
      ...(isBy('day') ? { day: createdAt.slice(0, 10) } : {}),
    }
    if (!isBy('model')) yield { names, entries: call }
    else
      for (const [model, entries] of byModel(call))
        yield { names: { ...names, model: model || null }, entries }
  }

  #row(names: RowNames): UsageRow {
    const id = JSON.stringify(this.#by.map((key) => names[key]))
    const known = this.#rows.get(id)
    if (known) return known
    const row = { ...names, runs: 0, ...emptySum() }
    this.#rows.set(id, row)
    return row
  }
}
