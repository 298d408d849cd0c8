import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { describeStore } from '../describe-store.ts'
import { serveMemory } from './serve-memory.ts'

/** A memory store that several processes share: the cases with child processes run on it. */
describeStore(
  {
    name: 'MemoryStore over a socket',
    module: new URL('./served-memory-store.ts', import.meta.url).href,
    url: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'ion-served-'))
      const server = await serveMemory(join(folder, 'socket'))
      const cleanup = async () => {
        server.close()
        await rm(folder, { recursive: true })
      }
      return { url: `served:${join(folder, 'socket')}`, cleanup }
    },
    abilities: { processes: 'many', hosts: 'one', maxEventBytes: 1024 * 1024 },
    clock: 'server',
  },
  { describe, it },
)
