import { randomUUID } from 'node:crypto'
import { describe, it } from 'vitest'
import { describeStore } from './describe-store.ts'

describeStore(
  {
    name: 'MemoryStore',
    module: new URL('./open-memory-store.ts', import.meta.url).href,
    url: () => `memory:${randomUUID()}`,
    abilities: { processes: 'one', hosts: 'one', maxEventBytes: 1024 * 1024 },
  },
  { describe, it },
)
