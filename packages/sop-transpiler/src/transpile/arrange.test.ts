import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ArrangedNode, arrange } from './arrange.ts'
import { neighboursOf } from './neighbours.ts'
import type { UnitOrder } from './unit.ts'

const sequence = (...parts: UnitOrder[]): UnitOrder => ({ kind: 'sequence', parts })
const parallel = (...parts: UnitOrder[]): UnitOrder => ({ kind: 'parallel', parts })
const always = (unit: number): ArrangedNode[] => [{ id: `n${unit}`, when: null }]

function arranged(order: UnitOrder, nodesOf = always) {
  return Object.fromEntries(arrange(order, nodesOf))
}

describe('nodes follow each other', () => {
  it('one after another, and together where branches meet', () => {
    expect(arranged(sequence(0, parallel(1, sequence(2, 3)), 4))).toEqual({
      n0: {},
      n1: { depends_on: ['n0'] },
      n2: { depends_on: ['n0'] },
      n3: { depends_on: ['n2'] },
      n4: { depends_on: ['n1', 'n3'] },
    })
  })

  it('past one that may be skipped', () => {
    const nodesOf = (unit: number) => [{ id: `n${unit}`, when: unit === 1 ? 'c' : null }]
    expect(arranged(sequence(0, 1, 2, 3), nodesOf)).toEqual({
      n0: {},
      n1: { depends_on: ['n0'], when: 'c' },
      n2: { depends_on: ['n0', 'n1'], trigger_rule: 'none_failed_min_one_success' },
      n3: { depends_on: ['n2'] },
    })
  })

  it('past several that may be skipped', () => {
    const nodesOf = (unit: number) => [{ id: `n${unit}`, when: unit === 1 || unit === 2 ? 'c' : null }]
    expect(arranged(sequence(0, 1, 2, 3), nodesOf)).toMatchObject({
      n2: { depends_on: ['n0', 'n1'], trigger_rule: 'none_failed_min_one_success', when: 'c' },
      n3: { depends_on: ['n0', 'n2'], trigger_rule: 'none_failed_min_one_success' },
    })
  })

  it('past the first one, when that may be skipped', () => {
    const nodesOf = (unit: number) => [{ id: `n${unit}`, when: unit === 0 ? 'c' : null }]
    expect(arranged(sequence(0, 1), nodesOf)).toEqual({
      n0: { when: 'c' },
      n1: { depends_on: ['n0'], trigger_rule: 'all_done', when: "$n0.status != 'failed'" },
    })
  })
})

type Status = 'completed' | 'failed' | 'skipped' | 'skipped by failure'

/** What becomes of the nodes, by the rules of the workflow reference. */
function run(
  order: UnitOrder,
  { nodesOf, failing }: { nodesOf: (unit: number) => ArrangedNode[]; failing: string | null },
) {
  const status = new Map<string, Status>()
  for (const [id, { depends_on = [], trigger_rule = 'all_success', when = '' }] of arrange(order, nodesOf)) {
    const upstream = depends_on.map((one) => status.get(one))
    const isBroken = upstream.some((one) => one === 'failed' || one === 'skipped by failure')
    const completed = upstream.filter((one) => one === 'completed').length
    const isReady =
      upstream.length === 0 ||
      {
        all_success: completed === upstream.length,
        none_failed_min_one_success: !isBroken && completed > 0,
        all_done: true,
      }[trigger_rule]
    const holds = when.split(' && ').every((part) => {
      const other = /^\$(\w+)\.status != 'failed'$/.exec(part)?.[1]
      return other === undefined ? part !== 'false' : status.get(other) !== 'failed'
    })
    if (!isReady) status.set(id, isBroken ? 'skipped by failure' : 'skipped')
    else if (!holds) status.set(id, 'skipped')
    else status.set(id, id === failing ? 'failed' : 'completed')
  }
  return status
}

describe('whatever is skipped', () => {
  const { order } = fc.letrec<{ order: UnitOrder }>((tie) => ({
    order: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant(0),
      fc.record({
        kind: fc.constantFrom('sequence' as const, 'parallel' as const),
        parts: fc.array(tie('order'), { minLength: 1, maxLength: 3 }),
      }),
    ),
  }))
  const conditions = fc.array(
    fc.tuple(fc.constantFrom(null, 'true', 'false'), fc.constantFrom(null, 'true', 'false')),
    {
      minLength: 27,
      maxLength: 27,
    },
  )

  /** Numbers the units in their order. */
  function numbered(part: UnitOrder, next = { unit: 0 }): UnitOrder {
    if (typeof part !== 'number') return { ...part, parts: part.parts.map((one) => numbered(one, next)) }
    next.unit += 1
    return next.unit - 1
  }

  it('all else runs, and behind a failure nothing does', () => {
    fc.assert(
      fc.property(order, conditions, fc.nat(30), fc.constantFrom('n', 'm'), (shape, given, at, node) => {
        const units = numbered(shape)
        const [whens, behind] = [given.map(([when]) => when), given.map(([, when]) => when)]
        const nodesOf = (unit: number) => [
          { id: `n${unit}`, when: whens[unit] ?? null },
          { id: `m${unit}`, when: behind[unit] ?? null },
        ]
        const plain = run(units, { nodesOf, failing: null })
        const neighbours = neighboursOf(units)
        for (const unit of neighbours.keys()) {
          const runs = whens[unit] !== 'false'
          expect([unit, plain.get(`n${unit}`)]).toEqual([unit, runs ? 'completed' : 'skipped'])
          const both = runs && behind[unit] !== 'false'
          expect([unit, plain.get(`m${unit}`)]).toEqual([unit, both ? 'completed' : 'skipped'])
        }
        const failing = `${node}${at}`
        if (plain.get(failing) !== 'completed') return
        const broken = run(units, { nodesOf, failing })
        for (const [unit, { before }] of neighbours) {
          if (before.includes(at)) expect([unit, broken.get(`n${unit}`)]).not.toEqual([unit, 'completed'])
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
