import { discoverWorkflows, type LookupOptions } from '@ion/core'
import { notFoundError, usageError } from '../cli-error.ts'
import { displayPath } from '../project.ts'
import { readWorkflow, type WorkflowSource } from '../workflow-source.ts'

/**
 * Reads the SOP that a name, a path, or `-` (standard input) stands for. Of a SOP and a workflow with one name the SOP is
 * meant.
 *
 * @throws {CliError} `not_found` with suggestions; `unreadable`; `usage` for a workflow in YAML.
 */
export async function readSopSource(nameOrPath: string, lookup: LookupOptions): Promise<WorkflowSource> {
  const source = await readWorkflow(nameOrPath, { ...lookup, kind: 'sop' })
  if (source.path !== null && /\.ya?ml$/i.test(source.path)) {
    throw usageError(`${displayPath(source.path)} is a workflow in YAML, and no SOP`)
  }
  return source
}

/** A SOP in a file. */
export interface SopFile {
  path: string
  text: string
}

/** A SOP that was found. */
export interface FoundSop extends SopFile {
  /** Whether another SOP of the same name is taken instead of it. */
  isHidden: boolean
}

/**
 * The SOPs that can be found, and what is wrong with the folders.
 *
 * @throws {CliError} `not_found` when there are none.
 */
export async function findSops(lookup: LookupOptions): Promise<{ sops: FoundSop[]; problems: string[] }> {
  const { workflows, problems } = await discoverWorkflows(lookup)
  const all = workflows.filter(({ kind }) => kind === 'sop')
  const firsts = new Map(all.toReversed().map(({ name, folder }) => [name, folder]))
  const sops = all.map(({ name, folder, path, text }) => ({
    path,
    text,
    isHidden: firsts.get(name) !== folder,
  }))
  if (sops.length === 0 && problems.length === 0) {
    throw notFoundError('no SOPs here', 'ion sop new <name> makes one')
  }
  return { sops, problems: problems.map(({ message }) => message) }
}
