import assert from 'node:assert/strict'
import type { IWorkflowStore } from '@ion/store'
import { type ConformanceCase, casesOf } from '../conformance-case.ts'
import { longForm } from '../effort.ts'
import { checkAgain } from '../lanes/lane-records.ts'
import { type LaneName, laneNames, lanes } from '../lanes/lanes.ts'
import { type Fate, insisting, withUnknownOutcomes } from '../unknown-outcomes.ts'
import { followHistory } from './histories.ts'

const fates: Fate[] = ['lost before', 'lost after', 'lost meanwhile']

/** Loses the answers to the first two tries of a call, then none. */
function losingTwice(store: IWorkflowStore, first: Fate, second: Fate): IWorkflowStore {
  const rest = [first, second]
  return insisting(withUnknownOutcomes(store, { fate: () => rest.shift() ?? 'as it should' }))
}

function countsOnce(name: LaneName): ConformanceCase['run'] {
  const lane = lanes[name]
  return async ({ store, open }) => {
    const [start, reader] = [await lane.begin(store), await open()]
    let n = 0
    for (const first of fates) {
      for (const second of fates) {
        const args = await lane.prepare(store, start, ++n)
        const value = await lane.make(losingTwice(store, first, second), args)
        assert.ok(await lane.landed(reader, args), `${lane.what} (${first}, then ${second}) did not land`)
        await checkAgain(reader, name, { args, result: { value } })
      }
    }
  }
}

const eachWrite = Object.fromEntries(
  laneNames.map((name) => [
    `${lanes[name].what} whose answer was lost counts once when it is repeated, with the first result`,
    countsOnce(name),
  ]),
)

const seeds = Array.from({ length: longForm ? 40 : 4 }, (_, index) => 101 + index)

const throughLosses = Object.fromEntries(
  seeds.map((seed): [string, ConformanceCase['run']] => [
    `random calls, repeated until their answers come, come to what the contract says (seed ${seed})`,
    async ({ store, open }) => {
      const lossy = (handle: IWorkflowStore) => insisting(withUnknownOutcomes(handle, { seed }))
      await followHistory(seed, [lossy(store), lossy(await open())])
    },
  ]),
)

/** Calls whose answers are lost: the same call again settles them, and nothing happens twice. */
export const unknownOutcomes = casesOf('unknown outcomes', { ...eachWrite, ...throughLosses })
