import { isStoreError, type StoreErrorCode } from '@ion/store'

/** What those calls came to that were taken; the others must have been refused with one of these codes. */
export async function taken<Value>(
  calls: readonly Promise<Value>[],
  ...refusals: StoreErrorCode[]
): Promise<Value[]> {
  const values: Value[] = []
  for (const outcome of await Promise.allSettled(calls)) {
    if (outcome.status === 'fulfilled') values.push(outcome.value)
    else if (!isStoreError(outcome.reason, ...refusals)) throw outcome.reason
  }
  return values
}
