import { appendLanes } from './append-lanes.ts'
import { claimLanes } from './claim-lanes.ts'
import type { AnyLane } from './lane.ts'
import { recordLanes } from './record-lanes.ts'

/** Every kind of write. */
export const lanes = { ...appendLanes, ...claimLanes, ...recordLanes } as const satisfies {
  [name: string]: AnyLane
}

/** Which lane. */
export type LaneName = keyof typeof lanes

/** The names of all lanes. */
export const laneNames = Object.keys(lanes) as LaneName[]

/** What the lanes work on. */
export type LaneStarts = Record<LaneName, unknown>
