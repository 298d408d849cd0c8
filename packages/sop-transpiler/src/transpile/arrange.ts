import type { UnitOrder } from './unit.ts'

/** How a node follows those before it: keys of a workflow's node. */
export interface Following {
  depends_on?: string[]
  trigger_rule?: 'none_failed_min_one_success' | 'all_done'
  when?: string
}

/** A node that is to be arranged, with its condition if it has one. */
export interface ArrangedNode {
  id: string
  when: string | null
}

/** What the next node has to wait for. */
interface Frontier {
  /** The last nodes that are never skipped by a condition. */
  firm: readonly string[]
  /** The last ones behind them that may be. */
  optional: readonly string[]
  /** Those whose failure the firm ones were told of by a condition of their own, which skips them as if nothing had failed. */
  guarded: readonly string[]
}

/**
 * Says of every node what it follows. What comes behind a node that its condition may skip runs all the same, unless
 * something before it has failed.
 *
 * @param nodesOf - The nodes of a unit, one after another.
 */
export function arrange(
  order: UnitOrder,
  nodesOf: (unit: number) => readonly ArrangedNode[],
): Map<string, Following> {
  const followings = new Map<string, Following>()
  const place = (part: UnitOrder, before: Frontier): Frontier => {
    if (typeof part === 'number') return placeUnit(nodesOf(part), before, followings)
    if (part.kind === 'sequence') return part.parts.reduce((at: Frontier, one) => place(one, at), before)
    return meet(
      part.parts.map((one) => place(one, before)),
      before,
    )
  }
  place(order, { firm: [], optional: [], guarded: [] })
  return followings
}

/** The nodes of a unit: when the first is skipped, so are the others. */
function placeUnit(
  nodes: readonly ArrangedNode[],
  before: Frontier,
  followings: Map<string, Following>,
): Frontier {
  const [first, ...others] = nodes
  if (first === undefined) return before
  followings.set(first.id, follow(before, first.when))
  const guarded = before.firm.length > 0 ? before.guarded : before.optional
  let inside: Frontier = { firm: [first.id], optional: [], guarded }
  for (const { id, when } of others) {
    followings.set(id, follow(inside, when))
    inside = when === null ? { ...inside, firm: [id], optional: [] } : { ...inside, optional: [id] }
  }
  if (first.when === null) return inside
  // A failure skips what follows it as a failure does, so the last nodes stand for all before them; but where nothing is firm each is
  // asked for its own status, and that of one which was skipped does not tell why.
  if (before.firm.length > 0) return { ...before, optional: [...inside.firm, ...inside.optional] }
  return { ...before, optional: [...before.optional, ...nodes.map(({ id }) => id)] }
}

function follow({ firm, optional }: Frontier, when: string | null): Following {
  const ids = [...firm, ...optional]
  if (ids.length === 0) return conditioned([when])
  if (optional.length === 0) return { depends_on: ids, ...conditioned([when]) }
  if (firm.length > 0) {
    return { depends_on: ids, trigger_rule: 'none_failed_min_one_success', ...conditioned([when]) }
  }
  // All of them may have been skipped, and no rule says "unless one has failed".
  const unlessFailed = optional.map((id) => `$${id}.status != 'failed'`)
  return { depends_on: ids, trigger_rule: 'all_done', ...conditioned([when, ...unlessFailed]) }
}

function conditioned(conditions: readonly (string | null)[]): { when?: string } {
  const all = conditions.filter((condition) => condition !== null)
  return all.length === 0 ? {} : { when: all.join(' && ') }
}

/** What follows branches waits for all of them: of one that was skipped because something failed, others must not make it forget that. */
function meet(branches: readonly Frontier[], before: Frontier): Frontier {
  const firm = branches.filter((branch) => branch.firm !== before.firm).flatMap((branch) => branch.firm)
  const isNew = (id: string) => firm.length === 0 || !before.optional.includes(id)
  const optional = branches.flatMap((branch) => [...branch.guarded, ...branch.optional])
  return {
    firm: firm.length === 0 ? before.firm : firm,
    optional: [...new Set(optional)].filter(isNew),
    guarded: before.guarded,
  }
}
