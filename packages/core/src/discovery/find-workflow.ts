import { stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { nameOfFile } from '../yaml/read-workflow.ts'
import type { DiscoveredWorkflow, WorkflowKind } from './discovered-workflow.ts'
import type { LookupOptions } from './ion-folders.ts'
import { LookupError } from './lookup-error.ts'
import { nearNames, suggestion } from './near-names.ts'
import { nameOfSopFile } from './sop-folders.ts'
import { workflowsByFolder } from './workflows-by-folder.ts'

/**
 * The path of a workflow's file. What has a `/` or `\`, or ends in `.yaml`, `.yml` or `.md`, is a path, relative to `cwd`.
 * Everything else is a name: that of a workflow that `discoverWorkflows` finds, exactly, or if none has it the name of its
 * file without the ending. One in an earlier folder goes before those in later ones.
 *
 * @param options.kind - Only those that are written in this. Default: all.
 * @throws {LookupError} `workflow_not_found` with suggestions, or `ambiguous_workflow` with the paths.
 * @example
 * await findWorkflow('release', { cwd: process.cwd() }) // '/home/me/app/.ion/workflows/release.yaml'
 */
export async function findWorkflow(
  nameOrPath: string,
  options: LookupOptions & { kind?: WorkflowKind },
): Promise<string> {
  if (isPath(nameOrPath)) return await findFile(nameOrPath, options)
  const noun = options.kind === 'sop' ? 'SOP' : 'workflow'
  const others: DiscoveredWorkflow[] = []
  for await (const { workflows } of workflowsByFolder(options)) {
    const named = workflows.filter(({ name }) => name === nameOrPath)
    if (named.length > 0) return onlyOne(named, { name: nameOrPath, noun })
    others.push(...workflows)
  }
  const byFile = others.filter((workflow) => fileNameOf(workflow) === nameOrPath)
  if (byFile.length === 0) throw notFound(nameOrPath, { workflows: others, noun })
  return onlyOne(byFile, { name: nameOrPath, noun })
}

/** The path of the one in the first folder that has any. */
function onlyOne(found: DiscoveredWorkflow[], { name, noun }: { name: string; noun: string }): string {
  const paths = found.filter(({ folder }) => folder === found[0]?.folder).map((workflow) => workflow.path)
  const [path, second] = paths
  if (path !== undefined && second === undefined) return path
  const message = `more than one ${noun} is called \`${name}\`: ${paths.join(', ')}; name one by its path`
  throw new LookupError('ambiguous_workflow', message, { suggestions: paths })
}

function isPath(text: string): boolean {
  return /[/\\]/.test(text) || /\.(?:ya?ml|md)$/i.test(text) || isAbsolute(text)
}

async function findFile(path: string, { cwd }: LookupOptions): Promise<string> {
  const absolute = resolve(cwd, path)
  const status = await stat(absolute).catch(() => null)
  if (status?.isDirectory()) {
    throw new LookupError('workflow_not_found', `\`${path}\` is a folder; name a file in it`)
  }
  if (status === null) throw new LookupError('workflow_not_found', `there is no file \`${path}\``)
  return absolute
}

function fileNameOf({ kind, path }: DiscoveredWorkflow): string {
  return kind === 'yaml' ? nameOfFile(path) : nameOfSopFile(path)
}

function notFound(
  name: string,
  { workflows, noun }: { workflows: DiscoveredWorkflow[]; noun: string },
): LookupError {
  const suggestions = nearNames(
    name,
    workflows.map((workflow) => workflow.name),
  )
  return new LookupError('workflow_not_found', `there is no ${noun} \`${name}\`${suggestion(suggestions)}`, {
    suggestions,
  })
}
