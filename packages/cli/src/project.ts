import { join, relative } from 'node:path'
import { findProjectRoot } from '@ion/core'

/** The folder of Ion in the project that a directory belongs to; it need not exist. */
export async function projectFolder(cwd: string): Promise<string> {
  return join(await findProjectRoot(cwd), '.ion')
}

/** Where runs are kept unless something else is said. */
export async function defaultRunsFolder(cwd: string): Promise<string> {
  return join(await projectFolder(cwd), 'runs')
}

/** A path as a person would type it from the working directory. */
export function displayPath(path: string, cwd: string = process.cwd()): string {
  const fromHere = relative(cwd, path)
  if (fromHere === '') return '.'
  return fromHere.length < path.length ? fromHere : path
}
