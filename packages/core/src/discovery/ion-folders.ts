import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type FileKind, fileNames } from './file-kinds.ts'
import { listFiles } from './list-files.ts'
import type { SopLookup } from './sop-lookup.ts'

/** Where to look for files of Ion. */
export interface LookupOptions {
  /** A directory of the project. */
  cwd: string
  /**
   * The user's home directory, whose `.config/ion` is looked in, and `.archon` where that holds nothing. Default:
   * `$XDG_CONFIG_HOME/ion` and `$ARCHON_HOME` where they are set, else those of the home directory of the process's user.
   */
  home?: string
  /** Absolute folders of the project's files, in place of `.ion/workflows` and the like. */
  folders?: ProjectFolders | undefined
  /** What reads SOPs (`*.sop.md`). Default: none are found. */
  sops?: SopLookup | undefined
}

/** Folders of a project's files by kind. `sops` stands for both `agent-sops` and `.ion/sops`. */
export type ProjectFolders = { readonly [Kind in FileKind | 'sops']?: string | undefined }

/** Whose files they are. Those of a folder that was named for one call go before the project's, and these before the user's. */
export type LookupScope = 'given' | 'project' | 'user'

/** A folder that is looked in. */
export interface LookupFolder {
  scope: LookupScope
  path: string
}

/**
 * The root of the project that a directory belongs to: the nearest one upwards that holds `.ion` or `.archon` or is the root
 * of a git checkout; the directory itself when there is none. The `.archon` in a home directory is the user's, and makes no
 * project of it.
 *
 * @param home - The user's home directory. Default: that of the process's user.
 */
export async function findProjectRoot(cwd: string, home: string = homedir()): Promise<string> {
  let folder = resolve(cwd)
  for (;;) {
    const marks = folder === resolve(home) ? ['.ion', '.git'] : ['.ion', '.git', '.archon']
    for (const mark of marks) if (await exists(join(folder, mark))) return folder
    const parent = dirname(folder)
    if (parent === folder) return resolve(cwd)
    folder = parent
  }
}

/**
 * The folders of a kind of file, the project's first. Each is Ion's, unless that holds no file of the kind and Archon's
 * folder does.
 */
export async function lookupFolders(kind: FileKind, options: LookupOptions): Promise<LookupFolder[]> {
  const { cwd, home, folders } = options
  const root = await findProjectRoot(cwd, home)
  const ofArchon = userArchonFolder(home)
  const projectArchon = join(root, '.archon')
  return [
    {
      scope: 'project',
      // In the home directory itself `.archon` is the user's, and is listed once.
      path:
        folders?.[kind] ??
        (await folderOf(kind, join(root, '.ion'), projectArchon === ofArchon ? null : projectArchon)),
    },
    { scope: 'user', path: await folderOf(kind, userFolder(home), ofArchon) },
  ]
}

async function folderOf(kind: FileKind, ion: string, archon: string | null): Promise<string> {
  const own = join(ion, kind)
  if (archon === null || !(await isBare(own, kind))) return own
  const other = join(archon, kind)
  return (await isBare(other, kind)) ? own : other
}

/** Whether a folder holds nothing of a kind. One that can't be read is not bare: it is to be reported. */
async function isBare(folder: string, kind: FileKind): Promise<boolean> {
  const { paths, unreadable } = await listFiles(folder, fileNames[kind])
  return paths.length === 0 && unreadable.length === 0
}

/** The folder of Ion in a user's home directory. */
export function userFolder(home: string | undefined): string {
  const configured = process.env.XDG_CONFIG_HOME
  if (home === undefined && configured) return join(configured, 'ion')
  return join(home ?? homedir(), '.config', 'ion')
}

function userArchonFolder(home: string | undefined): string {
  const configured = process.env.ARCHON_HOME
  if (home === undefined && configured) return resolve(configured)
  return join(resolve(home ?? homedir()), '.archon')
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
