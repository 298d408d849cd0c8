import assert from 'node:assert/strict'
import type { IWorkflowStore } from '@ion/store'
import type { LaneNews } from './drive-lanes.ts'
import { type LaneName, laneNames, lanes } from './lanes.ts'

interface RecordedCall {
  args: unknown
  /** What the call came to; absent while that is not known. */
  result?: { value: unknown }
}

/** What is known of the calls that lanes have made. */
export class LaneRecords {
  readonly #calls: Record<LaneName, RecordedCall[]>

  constructor() {
    const none = laneNames.map((name): [LaneName, RecordedCall[]] => [name, []])
    this.#calls = Object.fromEntries(none) as Record<LaneName, RecordedCall[]>
  }

  hear(news: LaneNews): void {
    const calls = this.#calls[news.lane]
    if ('args' in news) {
      calls.push({ args: news.args })
      return
    }
    const last = calls.at(-1)
    if (last) last.result = { value: news.value }
  }

  /** Whether every lane has come so far. */
  haveSettled(calls: number): boolean {
    return laneNames.every((name) => this.#calls[name].filter(({ result }) => result).length >= calls)
  }

  /**
   * Looks at what became of the calls: those that were acknowledged are there, the one of each lane that was not is there
   * as a whole or not at all, and making it again settles it without a second effect.
   */
  async check(store: IWorkflowStore): Promise<void> {
    for (const name of laneNames) {
      const calls = this.#calls[name]
      await checkAcknowledged(store, name, calls)
      const last = calls.at(-1)
      if (last) await checkAgain(store, name, last)
    }
  }
}

async function checkAcknowledged(
  store: IWorkflowStore,
  name: LaneName,
  calls: RecordedCall[],
): Promise<void> {
  const { what, supersedes } = lanes[name]
  const landed: boolean[] = []
  for (const { args } of calls) landed.push(await lanes[name].landed(store, args))
  const lost = `${what} that was acknowledged is not there`
  if (!supersedes) {
    for (const [index, { result }] of calls.entries()) assert.ok(landed[index] || !result, lost)
    return
  }
  const acknowledged = calls.findLastIndex(({ result }) => result !== undefined)
  assert.ok(acknowledged < 0 || landed.slice(acknowledged).includes(true), lost)
}

/** Makes a call again, twice. */
export async function checkAgain(
  store: IWorkflowStore,
  name: LaneName,
  { args, result }: RecordedCall,
): Promise<void> {
  const lane = lanes[name]
  const first = await lane.make(store, args)
  assert.ok(await lane.landed(store, args), `${lane.what}, repeated, is not there`)
  const second = await lane.make(store, args)
  assert.ok(await lane.landed(store, args), `${lane.what}, repeated twice, is not there`)
  if (lane.sameResult === false) return
  assert.deepEqual(second, first, `${lane.what}, repeated, came to something else`)
  if (result) assert.deepEqual(first, result.value, `${lane.what}, repeated, came to something else`)
}
