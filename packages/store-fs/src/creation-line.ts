import type { CreatedLine } from './log-lines.ts'
import type { RunLog } from './run-log.ts'

/** A run's first line, found in its log. */
export async function creationOf(log: RunLog): Promise<CreatedLine> {
  const unit = await log.unitAt(0)
  if ('created' in unit) return unit
  throw new TypeError('a log was opened that does not begin with its creation')
}
