import type { Graph, NodeDefinition, Scope, TriggerRule } from '@ion/core'
import { triggerRules } from '@ion/core'
import { applyEvent, initialState, type NodeState, type RunState, type WorkflowEvent } from '@ion/store'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideEnd, decideNode } from './decide.ts'
import { createFrontier } from './frontier.ts'

const noScope: Scope = { variable: () => undefined, input: () => undefined, node: () => undefined }

type Settled = 'completed' | 'failed' | 'allowed' | 'skipped' | 'skipped_by_failure'

function settled(path: string, how: Settled): NodeState {
  const facts = { path, attempt: 1, interruptions: 0, generation: 0, startedSequence: 1, startedAt: null }
  const endedAt = '2026-01-01T00:00:00.000Z'
  const error = { code: 'exit_code', message: 'exited with 1' }
  switch (how) {
    case 'completed':
      return { ...facts, endedAt, status: 'completed', payload: { output: '' } }
    case 'failed':
      return { ...facts, endedAt, status: 'failed', payload: { error } }
    case 'allowed':
      return { ...facts, endedAt, status: 'failed', payload: { error, allowed: true } }
    case 'skipped':
      return { ...facts, endedAt, status: 'skipped', payload: { reason: { rule: 'when' } } }
    case 'skipped_by_failure':
      return {
        ...facts,
        endedAt,
        status: 'skipped',
        payload: { reason: { rule: 'all_success' }, becauseOfFailure: true },
      }
  }
}

function decide(triggerRule: TriggerRule, ...standings: Settled[]) {
  const dependencies = standings.map((how, index) => settled(`d${index}`, how))
  return decideNode({ triggerRule, when: null }, dependencies, noScope)
}

describe('trigger rules', () => {
  it.each<[TriggerRule, Settled[], boolean]>([
    ['all_success', [], true],
    ['all_success', ['completed', 'completed'], true],
    ['all_success', ['completed', 'failed'], false],
    ['all_success', ['completed', 'skipped'], false],
    ['all_success', ['completed', 'allowed'], true],
    ['one_success', ['failed', 'completed'], true],
    ['one_success', ['skipped', 'failed'], false],
    ['one_success', ['allowed', 'failed'], true],
    ['none_failed_min_one_success', ['completed', 'skipped'], true],
    ['none_failed_min_one_success', ['completed', 'failed'], false],
    ['none_failed_min_one_success', ['skipped', 'skipped'], false],
    ['none_failed_min_one_success', ['completed', 'skipped_by_failure'], false],
    ['all_done', ['failed', 'skipped'], true],
  ])('%s with %j runs: %s', (rule, standings, runs) => {
    expect(decide(rule, ...standings).kind).toBe(runs ? 'start' : 'skip')
  })

  it('says which dependency kept the node from running, and how it stood', () => {
    const decision = decide('all_success', 'completed', 'failed')
    expect(decision).toMatchObject({
      kind: 'skip',
      payload: {
        becauseOfFailure: true,
        reason: { rule: 'all_success', upstream: [{ node: 'd1', status: 'failed' }] },
      },
    })
  })

  it('does not blame a failure for a skip that goes back to a condition', () => {
    expect(decide('all_success', 'skipped')).not.toHaveProperty('payload.becauseOfFailure')
  })
})

describe('the end of a run', () => {
  it('is failed when a node failed, and names the node and why', () => {
    const end = decideEnd([settled('a', 'completed'), settled('b', 'failed')])
    expect(end).toMatchObject({
      status: 'failed',
      error: { code: 'node_failed', message: 'b: exited with 1', nodes: ['b'] },
    })
  })

  it('is completed when only failures happened that their authors allow', () => {
    expect(decideEnd([settled('a', 'completed'), settled('b', 'allowed')])).toEqual({ status: 'completed' })
  })

  it('is failed when nothing completed', () => {
    expect(decideEnd([settled('a', 'skipped'), settled('b', 'allowed')])).toMatchObject({
      status: 'failed',
      error: { code: 'nothing_completed' },
    })
  })
})

interface Plan {
  rule: TriggerRule
  dependsOn: string[]
  outcome: 'completed' | 'failed' | 'allowed'
}

/** A random graph: node i depends on some of those before it. */
const plans: fc.Arbitrary<Map<string, Plan>> = fc
  .array(
    fc.record({
      rule: fc.constantFrom(...triggerRules),
      picks: fc.array(fc.nat(), { maxLength: 4 }),
      outcome: fc.constantFrom<Plan['outcome']>('completed', 'completed', 'failed', 'allowed'),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((specs) => {
    const plan = new Map<string, Plan>()
    specs.forEach(({ rule, picks, outcome }, index) => {
      const dependsOn = index === 0 ? [] : [...new Set(picks.map((pick) => `n${pick % index}`))]
      plan.set(`n${index}`, { rule, dependsOn, outcome })
    })
    return plan
  })

function graphOf(plan: Map<string, Plan>): Graph {
  const dependents = new Map<string, string[]>()
  for (const [id, { dependsOn }] of plan) {
    for (const dependency of dependsOn)
      dependents.set(dependency, [...(dependents.get(dependency) ?? []), id])
  }
  // The frontier reads nothing of a node but what it depends on.
  const nodes = new Map([...plan].map(([id, { dependsOn }]) => [id, { id, dependsOn } as NodeDefinition]))
  return { nodes, dependents, order: [...plan.keys()], roots: [] }
}

/** Plays a run; `choose` says which of the ready nodes is next. Stops after `steps` decisions. */
function play(
  plan: Map<string, Plan>,
  state: RunState,
  choose: (count: number) => number,
  steps = Infinity,
): void {
  const done = new Set([...state.nodes.keys()])
  const frontier = createFrontier(graphOf(plan), done)
  const ready = [...frontier.ready]
  for (let step = 0; ready.length > 0 && step < steps; step++) {
    const [id] = ready.splice(choose(ready.length) % ready.length, 1)
    const node = plan.get(id ?? '')
    if (!id || !node) throw new Error('a node that is not planned')
    const dependencies = node.dependsOn
      .map((name) => state.nodes.get(name))
      .filter((known) => known !== undefined)
    expect(dependencies).toHaveLength(node.dependsOn.length)
    const decision = decideNode({ triggerRule: node.rule, when: null }, dependencies, noScope)
    const envelope = {
      runId: 'r',
      sequence: state.lastSequence + 1,
      timestamp: '',
      commitId: 'c',
      nodeId: id,
    }
    const error = { code: 'exit_code', message: 'exited with 1' }
    const event: WorkflowEvent =
      decision.kind === 'skip'
        ? { ...envelope, type: 'node_skipped', payload: decision.payload }
        : node.outcome === 'completed'
          ? { ...envelope, type: 'node_completed', payload: { output: id } }
          : { ...envelope, type: 'node_failed', payload: { error, allowed: node.outcome === 'allowed' } }
    applyEvent(state, event)
    ready.push(...frontier.settle(id))
  }
}

function endOf(state: RunState) {
  const nodes = [...state.nodes.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  const end = decideEnd(nodes)
  // The message lists nodes in the order in which they appear, which is the definition's in a real run.
  return { status: end.status, nodes: nodes.map(({ path, status }) => `${path} ${status}`) }
}

describe('scheduling', () => {
  it('settles every node, whatever the order of completions, and always to the same end', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.nat(), { minLength: 20 }), (plan, choices) => {
        const inOrder = initialState()
        play(plan, inOrder, () => 0)
        const shuffled = initialState()
        let index = 0
        play(plan, shuffled, () => choices[index++ % choices.length] ?? 0)
        expect(inOrder.nodes.size).toBe(plan.size)
        expect(endOf(shuffled)).toEqual(endOf(inOrder))
      }),
    )
  })

  it('comes to the same end when it is resumed, and resumed again', () => {
    fc.assert(
      fc.property(plans, fc.nat(14), fc.nat(14), (plan, first, second) => {
        const undisturbed = initialState()
        play(plan, undisturbed, () => 0)
        const resumed = initialState()
        play(plan, resumed, () => 0, first)
        play(plan, resumed, () => 0, second)
        play(plan, resumed, () => 0)
        expect(endOf(resumed)).toEqual(endOf(undisturbed))
      }),
    )
  })
})
