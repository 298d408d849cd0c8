import type { IWorkflowStore, StoreModule } from '@ion/store'
import { giveBackChild, takeChild } from './idle-children.ts'
import type { StoreChild } from './store-child.ts'
import type { StoreSubject } from './subject.ts'

/** What a child process has that this one has not. */
export interface ChildSurroundings {
  /** How wrong its clock is, in milliseconds. Default 0. */
  clockOffsetMs?: number
}

/** What a case works with: a fresh place, a handle on it, and ways to further ones. */
export interface CaseContext {
  readonly subject: StoreSubject
  /** A handle on a fresh and empty place. */
  readonly store: IWorkflowStore
  /** Another handle on the same data, closed when the case ends. */
  open(): Promise<IWorkflowStore>
  /** Child processes, each with a handle of its own on the same data, ended when the case ends. */
  spawn(count: number, surroundings?: ChildSurroundings): Promise<StoreChild[]>
}

/** Runs work in a context of its own, and lets go of all that it opened. */
export async function withContext(
  subject: StoreSubject,
  work: (context: CaseContext) => Promise<void>,
): Promise<void> {
  const made = await subject.url()
  const { url, cleanup } = typeof made === 'string' ? { url: made } : made
  const handles: IWorkflowStore[] = []
  const children: StoreChild[] = []
  const open = async () => {
    const store = await openSubject(subject, url)
    handles.push(store)
    return store
  }
  const spawn = async (count: number, surroundings: ChildSurroundings = {}) => {
    const opening = { module: subject.module, url, options: subject.options, ...surroundings }
    const spawned = Array.from({ length: count }, takeChild)
    children.push(...spawned)
    await Promise.all(spawned.map((child) => child.open(opening)))
    return spawned
  }
  try {
    await work({ subject, store: await open(), open, spawn })
  } finally {
    await Promise.all(children.map(giveBackChild))
    await Promise.all(handles.map((store) => store.close()))
    await cleanup?.()
  }
}

async function openSubject({ module, options }: StoreSubject, url: string): Promise<IWorkflowStore> {
  const { openStore }: StoreModule = await import(module)
  return await openStore(url, options)
}
