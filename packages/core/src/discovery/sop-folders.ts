import { basename, join, resolve } from 'node:path'
import { findProjectRoot, type LookupFolder, type LookupOptions, userFolder } from './ion-folders.ts'

/** What files of SOPs are called. */
export const sopFileName = /\.sop\.md$/i

/** The name a SOP has by its file. */
export function nameOfSopFile(path: string): string {
  return basename(path).replace(sopFileName, '')
}

/**
 * The folders that SOPs are found in, with all that are in them; none when the host has nothing that reads SOPs. Of two SOPs
 * with one name the one in the earlier folder counts.
 */
export async function sopFolders({ cwd, home, folders, sops }: LookupOptions): Promise<LookupFolder[]> {
  if (sops === undefined) return []
  const root = await findProjectRoot(cwd, home)
  const ofProject = folders?.sops === undefined ? ['agent-sops', '.ion/sops'] : [folders.sops]
  return [
    ...(sops.paths ?? []).map((path): LookupFolder => ({ scope: 'given', path })),
    ...ofProject.map((path): LookupFolder => ({ scope: 'project', path: resolve(root, path) })),
    { scope: 'user', path: join(userFolder(home), 'sops') },
  ]
}
