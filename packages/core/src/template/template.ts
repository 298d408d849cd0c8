import type { PlacedReference } from './reference.ts'

/** A text with references: what a prompt, a message or an environment value is parsed to. */
export interface Template {
  /** As the author wrote it. */
  source: string
  /** Literal text and references, in order. Escapes are already resolved in the literal text. */
  segments: Segment[]
}

/** A piece of a template. */
export type Segment = string | PlacedReference
