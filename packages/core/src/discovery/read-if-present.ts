import { readFile } from 'node:fs/promises'
import { isMissing } from './list-files.ts'
import { LookupError } from './lookup-error.ts'

/**
 * The text of a file; `null` when there is none.
 *
 * @throws {LookupError} `unreadable_file`.
 */
export async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw unreadableFile(path, error)
  }
}

/** Says that a file or folder is there and can't be read. */
export function unreadableFile(path: string, error: unknown): LookupError {
  const why = error instanceof Error ? error.message : String(error)
  return new LookupError('unreadable_file', `${path} can't be read: ${why}`, { cause: error })
}
