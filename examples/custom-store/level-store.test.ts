import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { describeStore } from '@ion/store-testkit'

describeStore(
  {
    name: 'LevelStore',
    module: new URL('./level-store.ts', import.meta.url).href,
    url: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'level-store-'))
      return { url: `level:${folder}`, cleanup: () => rm(folder, { recursive: true }) }
    },
    abilities: { processes: 'one', hosts: 'one', maxEventBytes: 1024 * 1024 },
  },
  { describe, it },
)
