import type { UnitOrder } from './unit.ts'

/** How many others are named. */
export const mostNeighbours = 20

/** Where a unit stands among the others; numbers are indexes among the units. */
export interface Neighbours {
  /** The last of those that are done when it begins, in the order of the SOP. */
  before: readonly number[]
  /** The first of those that are done at the same time. */
  beside: readonly number[]
}

/** Where each unit stands. */
export function neighboursOf(order: UnitOrder): Map<number, Neighbours> {
  const found = new Map<number, Neighbours>()
  /** Gives what is done behind a part. */
  const walk = (part: UnitOrder, { before, beside }: Neighbours): readonly number[] => {
    if (typeof part === 'number') {
      found.set(part, { before, beside })
      return [...before, part].slice(-mostNeighbours)
    }
    if (part.kind === 'sequence') {
      return part.parts.reduce((done: readonly number[], one) => walk(one, { before: done, beside }), before)
    }
    const first = part.parts.map((one) => firstUnits(one))
    const done = part.parts.flatMap((one, at) => {
      const others = firstOf(first, at)
      return walk(one, { before, beside: [...beside, ...others].slice(0, mostNeighbours) })
    })
    return [...new Set([...before, ...done])].slice(-mostNeighbours)
  }
  walk(order, { before: [], beside: [] })
  return found
}

/** Of several lists all but one, up to the limit. */
function firstOf(lists: readonly number[][], except: number): number[] {
  const found: number[] = []
  for (const [at, list] of lists.entries()) {
    if (found.length >= mostNeighbours) break
    if (at !== except) found.push(...list)
  }
  return found
}

function firstUnits(part: UnitOrder): number[] {
  if (typeof part === 'number') return [part]
  const found: number[] = []
  for (const one of part.parts) {
    if (found.length >= mostNeighbours) break
    found.push(...firstUnits(one))
  }
  return found
}
