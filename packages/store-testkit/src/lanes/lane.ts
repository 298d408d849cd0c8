import type { IWorkflowStore } from '@ion/store'

/**
 * One kind of write, made again and again: what crashes, lost answers and overlapping calls are tried on. A lane has
 * runs of its own, so that lanes can go on side by side. What it hands from step to step survives structured clone.
 */
export interface Lane<Start, Args> {
  /** The call in words. */
  what: string
  /** Each call takes the place of the one before, so that only the last one can be seen. Default `false`. */
  supersedes?: boolean
  /** The same call again comes to the first result. Default `true`. */
  sameResult?: boolean
  /** Makes what all calls of the lane work on. */
  begin(store: IWorkflowStore): Promise<Start>
  /** Makes what the nth call (1, 2, 3 …) works on, and gives its arguments. */
  prepare(store: IWorkflowStore, start: Start, n: number): Promise<Args>
  /** The call. */
  make(store: IWorkflowStore, args: Args): Promise<unknown>
  /**
   * Whether the call has had its effect.
   *
   * @throws when it has had a part of it, or more than its effect.
   */
  landed(store: IWorkflowStore, args: Args): Promise<boolean>
}

/** A lane whose arguments come back from elsewhere, as they were. */
export type AnyLane = Lane<unknown, unknown>

/** Forgets the types of what a lane hands to itself: it may have been in another process meanwhile. */
export function laneOf<Start, Args>(lane: Lane<Start, Args>): AnyLane {
  return {
    ...lane,
    prepare: (store, start, n) => lane.prepare(store, start as Start, n),
    make: (store, args) => lane.make(store, args as Args),
    landed: (store, args) => lane.landed(store, args as Args),
  }
}
