import type { EventFeed, StorePrimitives } from '@ion/store'

/** What a store can do wrong, over the primitives of a right one. Each is a mistake that a store's author can really make. */
export interface Fault {
  /** The case that must find it: `area: promise`. */
  breaks: string
  over(store: StorePrimitives & EventFeed): Partial<StorePrimitives & EventFeed>
}

/** Faults by what the store does. */
export type Faults = { readonly [what: string]: Fault }
