/** The durable writes that a piece of work can't do without. */
export interface FloorWork {
  /** How many transactions (or appends) there are in all. */
  commits: number
  /** What each of them carries: one row (or line) a node. */
  rowsACommit: number
  bytesARow: number
  /** Over how many logs they are spread, and how many of these are written at once. */
  logs: number
  concurrency: number
}

/** Does the bare writes of some work on a store's medium, without Ion. */
export type Floor = (work: FloorWork) => Promise<void>

/** Something to write, of this many bytes. */
export function payloadOf(bytes: number): string {
  return JSON.stringify({ output: 'x'.repeat(Math.max(0, Math.round(bytes) - 13)) })
}
