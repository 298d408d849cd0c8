import type { IWorkflowStore } from '@ion/store'
import { type LaneName, type LaneStarts, laneNames, lanes } from './lanes.ts'

/** What is told of a lane: first that a call begins, then what it came to. */
export type LaneNews = { lane: LaneName; args: unknown } | { lane: LaneName; value: unknown }

/** Hears of a lane; the lane waits until that is done. */
export type LaneListener = (news: LaneNews) => Promise<void>

/** Makes what every lane works on. */
export async function beginLanes(store: IWorkflowStore): Promise<LaneStarts> {
  const begun = await Promise.all(laneNames.map(async (name) => [name, await lanes[name].begin(store)]))
  return Object.fromEntries(begun)
}

/** Makes so many calls of every lane, all lanes side by side on one handle. */
export async function driveLanes(
  store: IWorkflowStore,
  starts: LaneStarts,
  { calls, tell }: { calls: number; tell: LaneListener },
): Promise<void> {
  await Promise.all(
    laneNames.map(async (lane) => {
      for (let n = 1; n <= calls; n++) {
        const args = await lanes[lane].prepare(store, starts[lane], n)
        await tell({ lane, args })
        await tell({ lane, value: await lanes[lane].make(store, args) })
      }
    }),
  )
}
