import type { Json, LogLevel } from '@ion/store'

/**
 * A note as a line of a node's log: `[warn] slow answer {"seconds":40}`. Line breaks in the message are kept, the data is
 * compact JSON.
 */
export function logLine(level: LogLevel, message: string, data?: Json): string {
  return `[${level}] ${message}${data === undefined ? '' : ` ${JSON.stringify(data)}`}\n`
}
