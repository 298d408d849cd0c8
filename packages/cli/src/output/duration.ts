/**
 * A duration for people.
 *
 * @example
 * formatDuration(350) // '0.4s'
 * formatDuration(125_000) // '2m 5s'
 */
export function formatDuration(ms: number): string {
  if (ms < 100) return `${Math.round(ms)}ms`
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)}s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`
  const minutes = Math.floor(seconds / 60)
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`
}

/**
 * How long ago something was, for people.
 *
 * @example
 * formatAge(90_000) // '1m ago'
 */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  if (seconds < 60) return `${seconds}s ago`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h ago`
  return `${Math.floor(seconds / 86_400)}d ago`
}

/** Milliseconds from one ISO time to another. */
export function between(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from)
}
