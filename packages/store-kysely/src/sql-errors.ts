import { CorruptError, InvalidRecordError, isStoreError, UnavailableError } from '@ion/store'

/**
 * What an error of a database means for the statement or transaction it came from.
 *
 * - `duplicate`: a key was there already; nothing landed.
 * - `busy`: it met another writer, or a plan that its session does not have; nothing landed, and the same again can pass.
 * - `unfit`: a column can't hold what was given, and a repeat never helps; nothing landed.
 * - `refused`: the database could not do it (out of space, read-only, no permission); nothing landed.
 * - `lost`: nothing is known of it: the connection, or the disk, gave way.
 * - `damaged`: what is stored can't be read, or is not what it should be.
 */
export type SqlErrorKind = 'duplicate' | 'busy' | 'unfit' | 'refused' | 'lost' | 'damaged'

/** The first that fits counts. SQLSTATEs have five characters; SQLite's codes begin with its name. */
const kinds: readonly [RegExp, SqlErrorKind][] = [
  [/^(23505|42P0[67]|42710)$|^SQLITE_CONSTRAINT(_PRIMARYKEY|_UNIQUE|_ROWID)$/, 'duplicate'],
  [/^(40001|40P01|55P03|26000|42P05|0A000)$|^SQLITE_(BUSY|LOCKED|PROTOCOL)/, 'busy'],
  [/^22|^SQLITE_MISMATCH/, 'unfit'],
  [/^(08|57P0|58)|^SQLITE_IOERR|^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/, 'lost'],
  [/^(XX00[12]|42P01|42703|3F000)$|^SQLITE_(CORRUPT|NOTADB|ERROR)/, 'damaged'],
  [/^[0-9A-Z]{5}$|^SQLITE_/, 'refused'],
]

/**
 * What an error means, by its `code`; `undefined` when it is none of a database's.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 * @see https://www.sqlite.org/rescode.html
 */
export function sqlErrorKind(error: unknown): SqlErrorKind | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const { code } = error
  return typeof code === 'string' ? kinds.find(([pattern]) => pattern.test(code))?.[1] : undefined
}

/**
 * What a database's error is to a store's caller. Errors that are a store's already and faults of the program pass as they are.
 *
 * @param outcome - What a lost connection means: `unknown` where something was to be written.
 */
export function asStoreError(error: unknown, outcome: 'none' | 'unknown'): unknown {
  if (isStoreError(error, 'unavailable') && error.details.outcome !== outcome && outcome === 'none') {
    return new UnavailableError(error.message, 'none', { cause: error })
  }
  const kind = isStoreError(error) ? undefined : sqlErrorKind(error)
  if (kind === undefined || !(error instanceof Error)) return error
  if (kind === 'damaged') return new CorruptError(error.message, {}, { cause: error })
  if (kind === 'unfit') return new InvalidRecordError(error.message, {}, { cause: error })
  return new UnavailableError(error.message, kind === 'lost' ? outcome : 'none', { cause: error })
}
