import type { StoredLogEntry } from '@ion/store'
import type { Terminal } from '../terminal.ts'
import { printable } from './printable.ts'

/**
 * A log entry as a line: when, how much it matters, which node, and what was noted. Further lines of a message are indented.
 *
 * @example
 * // 2026-01-31T10:00:00.000Z warn  draft/2: slow answer {"seconds":40}
 */
export function logEntryLine(
  { time, level, nodeId, attempt = 1, message, data }: StoredLogEntry,
  colors: Terminal['colors'],
): string {
  const paint = { debug: colors.dim, info: colors.reset, warn: colors.yellow, error: colors.red }[level]
  const again = attempt > 1 ? `, attempt ${attempt}` : ''
  const place = nodeId === undefined ? '' : `${nodeId}${again}: `
  const said = printable(message).trimEnd().replaceAll('\n', '\n  ')
  const facts = data === undefined ? '' : ` ${colors.dim(printable(JSON.stringify(data)))}`
  return `${colors.dim(time)} ${paint(level.padEnd(5))} ${place}${said}${facts}`
}
