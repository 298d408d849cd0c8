import { InvalidRecordError } from '@ion/store'
import { type MemoryData, MemoryStore, type MemoryStoreOptions } from './memory-store.ts'

const named = new Map<string, MemoryData>()

/**
 * Opens a memory store: `memory:` gives an empty one of its own, `memory:name` a handle on the runs of that name,
 * which last until the process ends.
 *
 * @param options - As for `MemoryStore`; `data` follows from the name.
 * @throws {InvalidRecordError} when the URL is none of the two.
 *
 * @example
 * const store = await openStore('memory:tests')
 */
export async function openStore(
  url: string,
  options: Omit<MemoryStoreOptions, 'data'> = {},
): Promise<MemoryStore> {
  if (!url.startsWith('memory:')) {
    throw new InvalidRecordError(`${JSON.stringify(url)} is no memory store: memory: or memory:name`)
  }
  const name = url.slice('memory:'.length)
  if (name === '') return new MemoryStore(options)
  const data = named.get(name) ?? { runs: new Map(), keys: new Map() }
  named.set(name, data)
  return new MemoryStore({ ...options, data })
}
