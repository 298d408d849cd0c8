import assert from 'node:assert/strict'
import { type IWorkflowStore, isStoreError } from '@ion/store'
import { type ConformanceCase, casesOf } from '../conformance-case.ts'
import { Dice } from '../dice.ts'
import { longForm } from '../effort.ts'
import { MemoryStore } from '../memory-store.ts'
import { type History, randomStep, type Side } from '../random-step.ts'
import { everythingOf } from '../store-assertions.ts'

const stepsAHistory = 60
const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/** What two stores must agree in: all but times, tokens and the commit ids that derived calls make up. */
function comparable(value: unknown): unknown {
  if (value === undefined || value === null) return null
  return JSON.parse(JSON.stringify(value), (key, member) => {
    if (key === 'token' || key === 'commitId') return key
    return typeof member === 'string' && time.test(member) ? 'a time' : member
  })
}

async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return comparable(await call)
  } catch (error) {
    if (isStoreError(error)) return `refused as ${error.code}`
    throw error
  }
}

/** Makes the same calls of a store, by two handles, and of the reference store. */
export async function followHistory(
  seed: number,
  handles: readonly [IWorkflowStore, IWorkflowStore],
): Promise<void> {
  const model: Side = { store: new MemoryStore(), claims: [] }
  const claims: Side['claims'] = []
  const dice = new Dice(seed)
  const id = `history-${seed}`
  const history: History = { dice, id, run: null, claims: 0, appends: [] }
  const calls: string[] = []
  while (calls.length < stepsAHistory) {
    const { what, take } = randomStep(history)
    const store = dice.pick(...handles)
    calls.push(`${what} (by handle ${handles.indexOf(store)})`)
    const place = `after the calls\n${calls.join('\n')}`
    const expected = await outcomeOf(take(model))
    assert.deepEqual(await outcomeOf(take({ store, claims })), expected, place)
    const reader = dice.pick(...handles)
    const state = comparable(await everythingOf(reader, id))
    const seen = `the run as handle ${handles.indexOf(reader)} sees it`
    assert.deepEqual(state, comparable(await everythingOf(model.store, id)), `${seen} ${place}`)
    history.run = await model.store.getWorkflowRun(id)
    history.claims = model.claims.length
  }
}

const agrees = (seed: number): ConformanceCase['run'] => {
  return async ({ store, open }) => await followHistory(seed, [store, await open()])
}

const seeds = Array.from({ length: longForm ? 80 : 8 }, (_, index) => index + 1)

/** Random histories: whatever is called in whatever order, a store does what the reference store does. */
export const histories = casesOf(
  'histories',
  Object.fromEntries(
    seeds.map((seed) => [`random calls come to what the contract says (seed ${seed})`, agrees(seed)]),
  ),
)
