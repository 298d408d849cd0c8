import type { AnnotationImport, Annotations, ChangeHints, EventFeed, Logs, StorePrimitives } from '@ion/store'

/** The calls of a right store, with all that it may offer. */
export type AllCalls = StorePrimitives & Annotations & AnnotationImport & ChangeHints & EventFeed & Logs

/** What a store can do wrong, over the primitives of a right one. Each is a mistake that a store's author can really make. */
export interface Fault {
  /** The case that must find it: `area: promise`. */
  breaks: string
  over(store: AllCalls): Partial<AllCalls>
}

/** Faults by what the store does. */
export type Faults = { readonly [what: string]: Fault }
