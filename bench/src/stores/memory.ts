import type { BenchStore } from './bench-store.ts'
import { openByUrl } from './open-by-url.ts'

/** What is left when nothing is written: the engine's own cost. */
export const memory: BenchStore = {
  name: 'memory',
  async open() {
    return {
      floor: null,
      begin: () => openByUrl('memory:'),
      async end(store) {
        await store.close()
        return []
      },
      async close() {},
    }
  },
}
