import { expect, it } from 'vitest'
import { countNodes, formatCounts } from './counts.ts'

const facts = { attempt: 1, interruptions: 0, generation: 0, startedSequence: 1, startedAt: null }
const endedAt = '2030-01-01T00:00:00.000Z'

it('counts nodes, not their iterations, and those that never began', () => {
  const nodes = new Map([
    ['loop', { ...facts, path: 'loop', status: 'completed', payload: {}, endedAt }],
    ['loop/1', { ...facts, path: 'loop/1', status: 'completed', payload: {}, endedAt }],
    ['gate', { ...facts, path: 'gate', status: 'waiting', payload: { gate: { message: '' } } }],
  ] as const)
  expect(countNodes(nodes, ['loop', 'gate', 'later'])).toEqual({
    completed: 1,
    failed: 0,
    skipped: 0,
    waiting: 1,
    open: 1,
  })
})

it('says in one line what there is to say', () => {
  const counts = { completed: 4, failed: 1, skipped: 2, waiting: 0, open: 0 }
  expect(formatCounts(counts, 12_300)).toBe('4 completed, 1 failed, 2 skipped in 12.3s')
  expect(formatCounts({ ...counts, failed: 0, skipped: 0 }, 10)).toBe('4 completed in 10ms')
})
