import { randomUUID } from 'node:crypto'
import { checkRecord } from './check-record.ts'
import type { Claim } from './claim.ts'
import {
  type CallOptions,
  type IWorkflowStore,
  isBlobRef,
  type NodeOutput,
  type StorePrimitives,
} from './contract.ts'
import { InvalidRecordError, isStoreError, NotFoundError } from './errors.ts'
import type { NewEvent, WorkflowEvent } from './event.ts'
import { reduceRun } from './reduce-run.ts'
import { type RunPatch, runPatchSchema, type WorkflowRun } from './run.ts'
import type { RunStatus } from './transitions.ts'

const conflictsInARow = 16
const eventsAPage = 1_000
// A byte order mark is part of an output like any other character.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Every event of a log in order, read page by page. */
export async function* readLog(
  store: Pick<StorePrimitives, 'getWorkflowEvents'>,
  id: string,
  options: CallOptions & { after?: number } = {},
): AsyncGenerator<WorkflowEvent> {
  const { after: from = 0, ...call } = options
  let after = from
  for (;;) {
    const page = await store.getWorkflowEvents(id, { after, limit: eventsAPage }, call)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < eventsAPage) return
    after = last.sequence
  }
}

/**
 * Makes a whole store of the primitives: adds the calls that are derived from them, so that every store has the same
 * ones and none has a side door around `appendEvents`.
 *
 * @example
 * export const openStore = async (url: string) => composeStore(new MyPrimitives(url))
 */
export function composeStore<Primitives extends StorePrimitives>(
  primitives: Primitives,
): Primitives & IWorkflowStore {
  const derived: Omit<IWorkflowStore, keyof StorePrimitives> = {
    async updateWorkflowRun(id, patch, options) {
      checkRecord(runPatchSchema, patch, 'patch')
      const { status, error, ...fields } = patch
      const changesFields = Object.keys(fields).length > 0
      const current = await requireRun(primitives, id, options)
      if (status !== undefined && status !== current.status) {
        const event = eventOfStatus(status, error)
        await appendAtEnd(primitives, id, event ? [event] : [], { ...options, status })
      }
      if (changesFields) return await primitives.updateRunFields(id, fields, options)
      return await requireRun(primitives, id, options)
    },

    async createWorkflowEvent(id, event, options) {
      const { lastSequence } = await appendAtEnd(primitives, id, [event], { ...options })
      const [created] = await primitives.getWorkflowEvents(id, { after: lastSequence - 1, limit: 1 }, options)
      if (!created) throw new NotFoundError(`run ${id} was deleted meanwhile`)
      return created
    },

    async failWorkflowRun(id, error, options) {
      await appendAtEnd(primitives, id, [{ type: 'workflow_failed', payload: { error } }], { ...options })
      return await requireRun(primitives, id, options)
    },

    async getCompletedDagNodeOutputs(id, options) {
      const events: WorkflowEvent[] = []
      for await (const event of readLog(primitives, id, options)) events.push(event)
      const outputs = new Map<string, NodeOutput>()
      for (const node of reduceRun(events).nodes.values()) {
        if (node.status !== 'completed') continue
        const { output = '', structured } = node.payload
        const text = isBlobRef(output)
          ? utf8.decode(await primitives.readBlob(id, output.ref, options))
          : output
        outputs.set(node.path, {
          output: text,
          completedAt: node.endedAt,
          ...(structured === undefined ? {} : { structured }),
        })
      }
      return outputs
    },
  }
  return Object.assign(primitives, derived)
}

async function requireRun(store: StorePrimitives, id: string, options?: CallOptions): Promise<WorkflowRun> {
  const run = await store.getWorkflowRun(id, options)
  if (!run) throw new NotFoundError(`there is no run ${id}`)
  return run
}

function eventOfStatus(status: RunStatus, error: RunPatch['error']): NewEvent | undefined {
  switch (status) {
    case 'running':
      return { type: 'workflow_started', payload: {} }
    case 'completed':
      return { type: 'workflow_completed', payload: {} }
    case 'failed':
      return {
        type: 'workflow_failed',
        payload: { error: error ?? { code: 'failed_by_host', message: 'the host set the run to failed' } },
      }
    case 'cancelled':
      return { type: 'workflow_cancelled', payload: {} }
    case 'pending':
      throw new InvalidRecordError('no run becomes pending again')
    case 'paused':
      return undefined
  }
}

interface AtEnd extends CallOptions {
  claim?: Claim
  status?: RunStatus
}

/** Appends wherever the log ends; a writer that came first only means another look. */
async function appendAtEnd(
  store: StorePrimitives,
  id: string,
  events: NewEvent[],
  { claim, status, signal }: AtEnd,
) {
  const commitId = randomUUID()
  for (let tries = 1; ; tries++) {
    const run = await requireRun(store, id, signal ? { signal } : {})
    try {
      return await store.appendEvents(
        id,
        {
          commitId,
          expectedSequence: run.lastSequence,
          expectedSignal: run.lastSignal,
          events,
          ...(claim ? { claim } : {}),
          ...(status ? { run: { status } } : {}),
        },
        signal ? { signal } : {},
      )
    } catch (error) {
      if (!isStoreError(error, 'conflict') || tries === conflictsInARow) throw error
    }
  }
}
