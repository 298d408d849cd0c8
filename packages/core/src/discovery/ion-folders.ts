import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** Where to look for files of Ion. */
export interface LookupOptions {
  /** A directory of the project. */
  cwd: string
  /**
   * The user's home directory, whose `.config/ion` is looked in. Default: `$XDG_CONFIG_HOME/ion` if that is set, else
   * `.config/ion` of the home directory of the process's user.
   */
  home?: string
}

/** Whose files they are. The project's go before the user's. */
export type LookupScope = 'project' | 'user'

/** A folder that is looked in. */
export interface LookupFolder {
  scope: LookupScope
  path: string
}

/**
 * The root of the project that a directory belongs to: the nearest one upwards that holds `.ion` or is the root of a git
 * checkout; the directory itself when there is none.
 */
export async function findProjectRoot(cwd: string): Promise<string> {
  let folder = resolve(cwd)
  for (;;) {
    if ((await exists(join(folder, '.ion'))) || (await exists(join(folder, '.git')))) return folder
    const parent = dirname(folder)
    if (parent === folder) return resolve(cwd)
    folder = parent
  }
}

/** The folders of a kind of file, the project's first. */
export async function lookupFolders(
  kind: 'workflows' | 'commands',
  options: LookupOptions,
): Promise<LookupFolder[]> {
  const root = await findProjectRoot(options.cwd)
  return [
    { scope: 'project', path: join(root, '.ion', kind) },
    { scope: 'user', path: join(userFolder(options.home), kind) },
  ]
}

function userFolder(home: string | undefined): string {
  const configured = process.env.XDG_CONFIG_HOME
  if (home === undefined && configured) return join(configured, 'ion')
  return join(home ?? homedir(), '.config', 'ion')
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
