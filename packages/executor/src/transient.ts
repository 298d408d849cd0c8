/** Errors of connections and of overload, by the codes of Node and libuv. */
const passingCodes: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_SOCKET',
])

/** HTTP statuses that ask for another try: timeout, too early, too many requests. All of 5xx do too. */
const passingStatuses: ReadonlySet<unknown> = new Set([408, 425, 429])

/**
 * Whether what a host threw may pass by itself. Decided by what the error says of its kind, never by words in its text:
 * `transient`, else an HTTP `status` (or `statusCode`), else a `code`, also those of its causes.
 */
export function isTransient(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    if ('transient' in cause && typeof cause.transient === 'boolean') return cause.transient
    const status = 'status' in cause ? cause.status : 'statusCode' in cause ? cause.statusCode : undefined
    if (typeof status === 'number') return passingStatuses.has(status) || status >= 500
    if ('code' in cause && passingCodes.has(cause.code)) return true
  }
  return false
}
