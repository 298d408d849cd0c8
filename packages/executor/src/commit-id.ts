import { randomUUID } from 'node:crypto'

/**
 * A new commit id. Those of a run sort by where its log was when they were made, so a store with an index on them writes next to
 * what it wrote last.
 *
 * @param sequence - The last sequence that the writer knows.
 */
export function newCommitId(sequence: number): string {
  return `${String(sequence).padStart(10, '0')}-${randomUUID()}`
}
