import { setImmediate as nextTurn } from 'node:timers/promises'
import { compareRuns, isStoreError, type JsonObject, type RunSummary, type StorePrimitives } from '@ion/store'
import type { Faults } from './fault.ts'

async function everyRun(store: StorePrimitives): Promise<RunSummary[]> {
  return (await store.listWorkflowRuns({}, { limit: 1_000 })).items
}

/** Records of runs, and lists of them. */
export const runFaults: Faults = {
  'lists runs oldest first': {
    breaks: 'paging: runs are listed newest first, and by id where they are of one time',
    over: (store) => ({
      async listWorkflowRuns(filter, page, options) {
        const found = await store.listWorkflowRuns(filter, page, options)
        return { ...found, items: found.items.sort((a, b) => compareRuns(b, a)) }
      },
    }),
  },

  'lists runs by offset': {
    breaks: 'paging: runs that are created between two pages move no other run',
    over: (store) => ({
      async listWorkflowRuns(filter, { limit, cursor }, options) {
        const from = cursor === undefined ? 0 : Number(cursor)
        const { items } = await store.listWorkflowRuns(filter, { limit: 1_000 }, options)
        const more = items.length > from + limit
        return { items: items.slice(from, from + limit), next: more ? String(from + limit) : null }
      },
    }),
  },

  'filters a page after it was cut': {
    breaks: 'paging: pages hold only runs that meet the filter, and are full',
    over: (store) => ({
      async listWorkflowRuns({ minPriority = Number.NEGATIVE_INFINITY, ...filter }, page, options) {
        const { items, next } = await store.listWorkflowRuns(filter, page, options)
        return { items: items.filter(({ priority }) => priority >= minPriority), next }
      },
    }),
  },

  'promises another page after the last': {
    breaks: 'paging: a page that ends with the last run says that it is the last',
    over: (store) => ({
      async listWorkflowRuns(filter, page, options) {
        const found = await store.listWorkflowRuns(filter, page, options)
        return { ...found, next: found.items.length === page.limit ? (found.next ?? 'more') : null }
      },
    }),
  },

  'takes any text for a cursor': {
    breaks: 'paging: a cursor that no page gave is refused as invalid_record',
    over: (store) => ({
      async listWorkflowRuns(filter, page, options) {
        try {
          return await store.listWorkflowRuns(filter, page, options)
        } catch (error) {
          if (!isStoreError(error, 'invalid_record')) throw error
          return await store.listWorkflowRuns(filter, { limit: page.limit }, options)
        }
      },
    }),
  },

  'lists runs whose owner is gone as running': {
    breaks: 'listing: runs are listed by status, those interrupted apart from those running',
    over: (store) => ({
      async listWorkflowRuns({ status, ...filter }, page, options) {
        if (!status) return await store.listWorkflowRuns(filter, page, options)
        const stored = status.includes('running') ? [...status, 'interrupted' as const] : status
        return await store.listWorkflowRuns({ ...filter, status: stored }, page, options)
      },
    }),
  },

  'takes the name of a workflow for a pattern': {
    breaks: 'listing: runs are listed by workflow, exactly',
    over: (store) => ({
      async listWorkflowRuns({ workflowName, ...filter }, page, options) {
        const found = await store.listWorkflowRuns(filter, page, options)
        if (workflowName === undefined) return found
        const pattern = new RegExp(`^${workflowName}$`, 'i')
        return { ...found, items: found.items.filter((run) => pattern.test(run.workflowName)) }
      },
    }),
  },

  'lists what has been projected, not what has been written': {
    breaks: 'listing: a list shows what has just been written',
    over: (store) => {
      const projected = new Map<string, RunSummary>()
      return {
        async listWorkflowRuns(filter, page, options) {
          const found = await store.listWorkflowRuns({}, page, options)
          for (const run of found.items) if (!projected.has(run.id)) projected.set(run.id, run)
          const items = found.items.map((run) => projected.get(run.id) ?? run)
          const wanted = ({ status }: RunSummary) => !filter.status || filter.status.includes(status)
          return { ...found, items: items.filter(wanted) }
        },
      }
    },
  },

  'makes another run for an idempotency key that it knows': {
    breaks: 'runs: the same idempotency key and content gives the existing run, whatever id is asked for',
    over: (store) => {
      const keys = new Map<string, string>()
      return {
        async createWorkflowRun({ idempotencyKey = null, ...run }, options) {
          const created = await store.createWorkflowRun(run, options)
          if (idempotencyKey !== null) keys.set(created.id, idempotencyKey)
          return { ...created, idempotencyKey }
        },
        async getWorkflowRun(id, options) {
          const run = await store.getWorkflowRun(id, options)
          return run && { ...run, idempotencyKey: keys.get(id) ?? null }
        },
      }
    },
  },

  'gives the existing run, whatever it was to be created from': {
    breaks: 'runs: the same id with other content is refused as already_exists',
    over: (store) => ({
      async createWorkflowRun(run, options) {
        return (await store.getWorkflowRun(run.id, options)) ?? (await store.createWorkflowRun(run, options))
      },
    }),
  },

  'compares a creation with what has become of the run': {
    breaks: 'runs: content is compared with what the run was created from, not with what became of it',
    over: (store) => ({
      async createWorkflowRun(run, options) {
        const existing = await store.getWorkflowRun(run.id, options)
        const { priority = 0 } = run
        const changed = existing !== null && existing.priority !== priority
        return await store.createWorkflowRun(changed ? { ...run, priority: priority + 1 } : run, options)
      },
    }),
  },

  'takes run ids that differ only in case for one': {
    breaks: 'runs: ids that differ only in case are different runs',
    over: (store) => ({
      async getWorkflowRun(id, options) {
        const same = (await everyRun(store)).find((run) => run.id.toLowerCase() === id.toLowerCase())
        return await store.getWorkflowRun(same?.id ?? id, options)
      },
    }),
  },

  'puts new metadata in the place of the old': {
    breaks: 'run fields: metadata is merged member by member, and null takes a member out',
    over: (store) => ({
      async updateRunFields(id, fields, options) {
        const { metadata = {} } = (await store.getWorkflowRun(id, options)) ?? {}
        const gone = Object.fromEntries(Object.keys(metadata).map((key) => [key, null]))
        return await store.updateRunFields(
          id,
          { ...fields, metadata: { ...gone, ...fields.metadata } },
          options,
        )
      },
    }),
  },

  'reads a record, changes it and writes it back': {
    breaks: 'run fields: changes that overlap are all kept',
    over: (store) => {
      const written = new Map<string, JsonObject>()
      return {
        async updateRunFields(id, fields, options) {
          const before = written.get(id) ?? {}
          const run = await store.updateRunFields(id, fields, options)
          await nextTurn()
          written.set(id, { ...before, ...fields.metadata })
          return run
        },
        async getWorkflowRun(id, options) {
          const run = await store.getWorkflowRun(id, options)
          const metadata = written.get(id)
          return run && metadata ? { ...run, metadata } : run
        },
      }
    },
  },

  'changes other fields with the ones that it is to change': {
    breaks: 'run fields: metadata, priority and wakeAt can be changed, and only those change',
    over: (store) => ({
      updateRunFields: (id, fields, options) =>
        store.updateRunFields(id, { priority: 0, wakeAt: null, ...fields }, options),
    }),
  },
}
