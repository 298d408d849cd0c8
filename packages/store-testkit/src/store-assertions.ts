import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ClaimView, type IWorkflowStore, isStoreError, type StoreErrorCode } from '@ion/store'
import { allEvents, allSignals } from './read-all.ts'

/** The call must be refused with this code. `what` says which of several calls it is. */
export async function assertRefused(
  call: Promise<unknown>,
  code: StoreErrorCode,
  what = 'the call',
): Promise<void> {
  let value: unknown
  try {
    value = await call
  } catch (error) {
    if (isStoreError(error, code)) return
    const actual = isStoreError(error) ? error.code : 'no error of a store'
    throw new assert.AssertionError({
      message: `${what} was to be refused as ${code}, but came to ${actual}: ${error}`,
      expected: code,
      actual,
    })
  }
  assert.fail(`${what} was to be refused as ${code}, but was taken: ${JSON.stringify(value)}`)
}

/** All that can be seen of a run. */
export async function everythingOf(store: IWorkflowStore, id: string) {
  const run = await store.getWorkflowRun(id)
  if (!run) return null
  const events = await allEvents(store, id)
  const signals = await allSignals(store, id)
  return { run, events, signals }
}

/** The call must be refused with this code, and leave the run as it was. */
export async function assertRefusedWithoutEffect(
  store: IWorkflowStore,
  id: string,
  call: () => Promise<unknown>,
  code: StoreErrorCode,
  what = 'the call',
): Promise<void> {
  const before = await everythingOf(store, id)
  await assertRefused(call(), code, what)
  assert.deepEqual(await everythingOf(store, id), before, `${what} was refused, but had an effect`)
}

/** The log must be whole: 1, 2, 3 … of these types. */
export async function assertLog(store: IWorkflowStore, id: string, types: string[]): Promise<void> {
  const events = await allEvents(store, id)
  assert.deepEqual(
    events.map(({ sequence, type }) => `${sequence} ${type}`),
    types.map((type, index) => `${index + 1} ${type}`),
  )
}

/** ISO with milliseconds, in UTC. */
export function assertTime(value: string | null | undefined): asserts value is string {
  assert.match(value ?? 'no time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
}

/** Looks again until the store judges a run's claim so, or says how it stood last. */
export async function untilClaim(
  store: IWorkflowStore,
  id: string,
  state: ClaimView['state'],
): Promise<ClaimView> {
  for (let looks = 0; looks < 2_000; looks++) {
    const claim = (await store.getWorkflowRun(id))?.claim
    if (claim?.state === state) return claim
    await sleep(5)
  }
  assert.fail(`the claim never came to be ${state}`)
}
