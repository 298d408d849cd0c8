import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'

const local = /^(?:(?<name>[^\s:]+?)\s*@\s*)?(?<scheme>file:)?(?<path>\.{1,2}\/.*|\/(?!\/).*)$/

/** A package as an installer is to be told of it. */
export interface Dep {
  /** With an absolute path where it names a file or folder. */
  spec: string
  /** Changes when what would be installed changes, as far as that can be known here. */
  identity: string
}

/**
 * Reads a line of `deps`. One that is a path (`./tool-1.0.tgz`, `file:./tool`, `tool@file:./tool.tgz`) is relative to the run's directory,
 * and what a file holds is a part of its identity.
 */
export async function readDep(dep: string, cwd: string): Promise<Dep> {
  const found = local.exec(dep)?.groups
  if (found?.path === undefined) return { spec: dep, identity: dep }
  const path = resolve(cwd, found.path)
  const spec = found.name === undefined ? path : `${found.name}@file:${path}`
  return { spec, identity: `${spec} ${await digestOf(path)}` }
}

async function digestOf(path: string): Promise<string> {
  try {
    if (!(await stat(path)).isFile()) return 'folder'
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
  } catch {
    // The installer says it better.
    return 'missing'
  }
}
