import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { usageError } from '../cli-error.ts'
import { displayPath } from '../project.ts'

const yamlFiles = ['.ion/config.yaml', '.ion/config.yml']
const programs = ['ion.config.ts', 'ion.config.mts', 'ion.config.mjs', 'ion.config.js']

/** A file of configuration. */
export interface ConfigFile {
  path: string
  kind: 'yaml' | 'program'
}

/**
 * The configuration of a project; `null` when it has none.
 *
 * @param root - The project's root.
 * @throws {CliError} when there are two: nobody could tell which holds.
 */
export function findConfig(root: string): ConfigFile | null {
  const found = [
    ...yamlFiles.map((name): ConfigFile => ({ path: join(root, name), kind: 'yaml' })),
    ...programs.map((name): ConfigFile => ({ path: join(root, name), kind: 'program' })),
  ].filter(({ path }) => existsSync(path))
  const [first, second] = found
  if (first && second) {
    const names = found.map(({ path }) => displayPath(path)).join(' and ')
    throw usageError(`the project has more than one configuration: ${names}`, 'keep one of them')
  }
  return first ?? null
}
