import type { NodeState } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { firstIteration, nextLoopStep } from './loop.ts'

const node = { id: 'refine', maxIterations: 3, gate: null }

/** A log in which these iterations are complete; the value says whether one was the last. */
function log(iterations: { [iteration: number]: boolean }) {
  return (path: string): NodeState | undefined => {
    const last = iterations[Number(path.split('/')[1])]
    if (last === undefined) return undefined
    const facts = { path, attempt: 1, interruptions: 0, generation: 0, startedSequence: 1, startedAt: null }
    return { ...facts, status: 'completed', payload: { last }, endedAt: '' }
  }
}

describe('a loop', () => {
  it('begins with its first iteration', () => {
    expect(nextLoopStep(node, { first: 1 }, log({}))).toEqual({ kind: 'iterate', iteration: 1 })
  })

  it('goes on behind what is complete', () => {
    expect(nextLoopStep(node, { first: 1 }, log({ 1: false, 2: false }))).toEqual({
      kind: 'iterate',
      iteration: 3,
    })
  })

  it('is complete with the iteration that was the last', () => {
    expect(nextLoopStep(node, { first: 1 }, log({ 1: false, 2: true }))).toEqual({
      kind: 'complete',
      iteration: 2,
    })
  })

  it('is complete, not exhausted, when its last allowed iteration says done', () => {
    expect(nextLoopStep(node, { first: 1 }, log({ 1: false, 2: false, 3: true })).kind).toBe('complete')
  })

  it('is exhausted after max_iterations', () => {
    expect(nextLoopStep(node, { first: 1 }, log({ 1: false, 2: false, 3: false })).kind).toBe('exhausted')
  })

  it('has its full allowance again when it begins anew after a failure', () => {
    const state = log({ 1: false, 2: false, 3: false })
    const first = firstIteration(node.id, state)
    expect(first).toBe(4)
    expect(nextLoopStep(node, { first }, state)).toEqual({ kind: 'iterate', iteration: 4 })
  })
})
