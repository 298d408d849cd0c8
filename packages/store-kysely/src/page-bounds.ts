/** A page of a log as the caller wants it. */
export interface LogPage {
  after?: number
  limit: number
}

/**
 * A page in whole numbers that a database takes: it would refuse `Infinity`, and one of them takes a negative limit for none at
 * all.
 */
export function pageBounds({ after = 0, limit }: LogPage): Required<LogPage> {
  return { after: wholeOf(after), limit: wholeOf(limit) }
}

function wholeOf(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(Math.max(0, Math.floor(value)), Number.MAX_SAFE_INTEGER)
}
