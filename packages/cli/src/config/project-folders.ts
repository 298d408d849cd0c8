import { resolve } from 'node:path'
import type { LookupOptions } from '@ion/core'
import type { LoadedConfig } from './load-config.ts'

/** Where the project's files are found by name, as it is configured. */
export function projectLookup(
  cwd: string,
  { folders = {}, root }: Pick<LoadedConfig, 'folders' | 'root'>,
): LookupOptions & { folders: NonNullable<LookupOptions['folders']> } {
  const absolute = (folder: string | undefined) => (folder === undefined ? undefined : resolve(root, folder))
  const { workflows, commands, scripts, sops } = folders
  return {
    cwd,
    folders: {
      workflows: absolute(workflows),
      commands: absolute(commands),
      scripts: absolute(scripts),
      sops: absolute(sops),
    },
  }
}
