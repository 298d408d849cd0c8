import { type Claim, currentOwner, type IWorkflowStore } from '@ion/store'
import { nodeCompleted, nodeStarted, runCompleted } from './sample-events.ts'
import { batch, claimBatch, granted, longTtl, newCancel } from './sample-runs.ts'
import { everythingOf } from './store-assertions.ts'

/** The calls in the life of a run, each of which must be the last one that its process makes. */
export const lifeSteps = 5

/** Makes the first so many calls in the life of a run, and gives what can be seen of it then. */
export async function live(store: IWorkflowStore, id: string, steps: number) {
  let claim: Claim | undefined
  const rest = () => (claim ? { claim } : {})
  const calls: (() => Promise<unknown>)[] = [
    async () => {
      claim = (await granted(store.claimWorkflowRun(id, currentOwner(), longTtl, claimBatch(0)))).claim
    },
    () => {
      const blobs = [{ ref: 'blob', bytes: new Uint8Array(30_000).fill(7) }]
      const events = [nodeStarted('a'), nodeCompleted('a', { output: 'done' })]
      return store.appendEvents(id, batch(1, events, { ...rest(), blobs }))
    },
    () => store.sendSignal(id, newCancel({ payload: 'stop' })),
    () => store.updateWorkflowRun(id, { metadata: { seen: true }, priority: 3 }),
    () => store.appendEvents(id, batch(3, [runCompleted()], { ...rest(), expectedSignal: 1 })),
  ]
  for (const call of calls.slice(0, steps)) await call()
  return await everythingKept(store, id)
}

/** All that can be seen of a run but how its claim is judged, which is another matter once its process is gone. */
export async function everythingKept(store: IWorkflowStore, id: string) {
  const seen = await everythingOf(store, id)
  if (!seen) return null
  const { claim, ...run } = seen.run
  const blob = seen.events.length > 1 ? [...(await store.readBlob(id, 'blob'))] : []
  return { ...seen, run, claim: claim ? { ...claim, state: 'any' } : null, blob }
}
