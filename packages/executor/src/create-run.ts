import { setTimeout as sleep } from 'node:timers/promises'
import { AlreadyExistsError, isStoreError, type NewRun, type StoreError, type WorkflowRun } from '@ion/store'
import type { ExecuteOptions } from './options.ts'
import { patienceOf, patiently } from './patience.ts'
import { prepareStart } from './prepare-start.ts'
import { startDifferences } from './start-differences.ts'

/** How often, and how long apart, a run is looked for whose id or key is taken and which isn't there yet. */
const mostLooks = 10
const lookAgainMs = 50

/**
 * Creates a run and starts nothing: `executeWorkflow` with the same options starts it, or `resumeWorkflow` with its id. With an id or
 * an idempotency key that a run has already, and the same content, it gives that run, however it stands.
 *
 * @throws as `executeWorkflow`, before anything is created; `already_exists` for the same id or key with other content.
 *
 * @example
 * const run = await createRun({ store, workflow, idempotencyKey: 'release-1.2.0' })
 * if (run.status === 'completed') console.log('it has run already')
 */
export async function createRun(options: ExecuteOptions): Promise<WorkflowRun> {
  const { created } = await prepareStart(options)
  return await findOrCreate(created, options)
}

/**
 * Creates a run, or finds the one that has its id or key and the same content: workflow, definition, inputs and arguments.
 *
 * @throws {AlreadyExistsError} naming the run that has the id or key, and what differs.
 */
export async function findOrCreate(
  created: NewRun,
  options: Pick<ExecuteOptions, 'store' | 'lease'>,
): Promise<WorkflowRun> {
  const { store } = options
  const patience = { ...patienceOf(options), begun: false }
  for (let looks = 1; ; looks++) {
    try {
      return await patiently(patience, () => store.createWorkflowRun(created))
    } catch (error) {
      if (!isStoreError(error, 'already_exists')) throw error
      const taken = await patiently(patience, () => findTaken(created, error, store))
      if (taken) return sameOrRefused(taken, created, error)
      if (looks === mostLooks) throw error
    }
    // The key is taken before its run is there, and given back before it is gone.
    await sleep(lookAgainMs)
  }
}

/** The run that stands in a creation's way. One that has the id goes first: a key can't give another run that id. */
async function findTaken(
  created: NewRun,
  { details }: StoreError,
  store: ExecuteOptions['store'],
): Promise<WorkflowRun | null> {
  const byId = await store.getWorkflowRun(created.id)
  if (byId || typeof details.id !== 'string') return byId
  return await store.getWorkflowRun(details.id)
}

function sameOrRefused(run: WorkflowRun, created: NewRun, cause: StoreError): WorkflowRun {
  const differs = startDifferences(run, created)
  if (differs.length === 0) return run
  const { id, idempotencyKey = null } = created
  const taken =
    run.id === id
      ? `there is a run ${id}`
      : `idempotency key ${JSON.stringify(idempotencyKey)} has run ${run.id}`
  throw new AlreadyExistsError(
    `${taken} already, which was started with ${differs.join(', ')}`,
    { id: run.id, differs },
    { cause },
  )
}
