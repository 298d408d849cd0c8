import { isStoreError, UnavailableError } from '@ion/store'
import { systemCode } from './file-system.ts'

/** An error's message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Whether nothing has the name that was asked for: a file where a folder should be is nothing, and so is a link. */
export function isMissing(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP'
}

/** Whether the name is taken. */
export function isTaken(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'EEXIST' || code === 'ENOTEMPTY' || code === 'ENOTDIR' || code === 'EISDIR'
}

/**
 * What the operating system refused, as a store says it. Errors that are a store's already, an abort and faults of
 * the program pass as they are.
 *
 * @param outcome - What is known of the write; reads have none.
 */
export function asStoreError(error: unknown, outcome: 'none' | 'unknown'): unknown {
  if (isStoreError(error)) return error
  if (!(error instanceof Error && 'syscall' in error)) return error
  return new UnavailableError(error.message, outcome, { cause: error })
}
