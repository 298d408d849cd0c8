import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describeStore } from '@ion/store-testkit'
import { describe, it } from 'vitest'
import { FilesystemStore } from './filesystem-store.ts'

describeStore(
  {
    name: 'FilesystemStore',
    module: new URL('./index.ts', import.meta.url).href,
    url: () => {
      const folder = mkdtempSync(join(tmpdir(), 'ion-store-fs-'))
      const cleanup = () => rmSync(folder, { recursive: true, force: true })
      return { url: pathToFileURL(folder).href, cleanup }
    },
    abilities: new FilesystemStore({ artifactsDir: tmpdir() }).abilities,
    offers: ['annotations', 'annotation import', 'change hints', 'feed', 'imports', 'logs'],
  },
  { describe, it },
)
