import { createStore } from '@ion/executor'
import type { IWorkflowStore } from '@ion/store'

/** Opens a store as a host does, its package taken from the bench's own dependencies. */
export async function openByUrl(url: string, options?: object): Promise<IWorkflowStore> {
  return await createStore(url, { resolveFrom: [new URL(import.meta.url)], ...(options ? { options } : {}) })
}
