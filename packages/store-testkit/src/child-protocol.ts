import type { IWorkflowStore } from '@ion/store'
import type { ChildScripts } from './child-scripts.ts'

/** The calls of a store that a child can be asked for by name. */
export type StoreCall = Exclude<keyof IWorkflowStore, 'abilities' | 'close'>

/** What a child opens. */
export interface Opening {
  module: string
  url: string
  options?: unknown
  /** How wrong the child's own clock is. Default 0. */
  clockOffsetMs?: number
}

/** What a child is told. */
export type Command =
  | { id: number; kind: 'open'; opening: Opening }
  | { id: number; kind: 'close' }
  | { id: number; kind: 'call'; name: StoreCall; args: unknown[] }
  | { id: number; kind: 'script'; name: keyof ChildScripts; args: unknown[] }

/** An error on its way between processes: what structured clone would drop is told apart. */
export interface SentError {
  message: string
  facts: { [name: string]: unknown }
}

/** What a child tells. */
export type Reply =
  | { id: number; kind: 'done'; value: unknown }
  | { id: number; kind: 'failed'; error: SentError }
  | { kind: 'progress'; value: unknown }

/** Makes an error fit to be sent. */
export function packError(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error), facts: {} }
  return { message: error.message, facts: { ...error, name: error.name, cause: undefined } }
}

/** The error that was sent, good for `isStoreError`. */
export function unpackError({ message, facts }: SentError): Error {
  return Object.assign(new Error(message), facts)
}
