import { type FSWatcher, watch } from 'node:fs'

/**
 * Calls `hint` when a file has changed, as far as the system tells: not on every medium, and not where too many files are watched
 * already.
 *
 * @returns what ends it.
 */
export function hintAtChanges(path: string, hint: () => void): () => void {
  let watcher: FSWatcher
  try {
    watcher = watch(path, { persistent: false }, hint)
  } catch {
    return () => {}
  }
  watcher.on('error', () => watcher.close())
  return () => watcher.close()
}
