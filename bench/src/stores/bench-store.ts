import type { IWorkflowStore } from '@ion/store'
import type { Floor } from '../floors/floor.ts'

/** What a store has put on its medium, of one kind. */
export interface Written {
  what: string
  bytes: number
}

/** A store that can be measured. */
export interface BenchStore {
  /** How `--store` names it. */
  name: StoreName
  /** Opens it in an empty folder of its own. What it throws is why it is left out. */
  open(folder: string): Promise<OpenBenchStore>
}

/** A store that is being measured. */
export interface OpenBenchStore {
  /** The bare writes on the same medium; `null` for what has none. */
  floor: Floor | null
  /** The store for one execution. */
  begin(): Promise<IWorkflowStore>
  /** The execution is over: says what it has written, once that is all there. */
  end(store: IWorkflowStore): Promise<Written[]>
  close(): Promise<void>
}

export const storeNames = ['memory', 'files', 'sqlite', 'sqlite-normal', 'postgres'] as const

export type StoreName = (typeof storeNames)[number]
