import { fileURLToPath } from 'node:url'
import { InvalidRecordError } from '@ion/store'

/**
 * The folder that a store's URL names.
 *
 * @throws {InvalidRecordError}
 */
export function folderOfUrl(url: string): string {
  const path = /^file:(.+)$/s.exec(url)?.[1]
  if (path === undefined) {
    throw new InvalidRecordError(`${JSON.stringify(url)} is no file store: file:folder or file:///folder`)
  }
  if (!path.startsWith('/')) return path
  try {
    const parsed = new URL(url)
    if (parsed.search === '' && parsed.hash === '') return fileURLToPath(parsed)
  } catch {
    // falls through to the one error
  }
  throw new InvalidRecordError(
    `${JSON.stringify(url)} names no folder of this machine; write ? # % as %3F %23 %25`,
  )
}
