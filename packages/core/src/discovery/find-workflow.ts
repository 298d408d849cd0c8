import { stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { nameOfFile } from '../yaml/read-workflow.ts'
import { type DiscoveredWorkflow, discoverWorkflows } from './discover-workflows.ts'
import type { LookupOptions } from './ion-folders.ts'
import { LookupError } from './lookup-error.ts'
import { nearNames, suggestion } from './near-names.ts'

/**
 * The path of a workflow's file. What has a `/` or `\`, or ends in `.yaml` or `.yml`, is a path, relative to `cwd`.
 * Everything else is a name: that of a workflow that `discoverWorkflows` finds, exactly, or if none has it the name of its
 * file without the ending. The project's goes before the user's.
 *
 * @throws {LookupError} `workflow_not_found` with suggestions, or `ambiguous_workflow` with the paths.
 * @example
 * await findWorkflow('release', { cwd: process.cwd() }) // '/home/me/app/.ion/workflows/release.yaml'
 */
export async function findWorkflow(nameOrPath: string, options: LookupOptions): Promise<string> {
  if (isPath(nameOrPath)) return await findFile(nameOrPath, options)
  const { workflows } = await discoverWorkflows(options)
  const named = best(workflows.filter(({ name }) => name === nameOrPath))
  const found =
    named.length > 0 ? named : best(workflows.filter(({ path }) => nameOfFile(path) === nameOrPath))
  const [first, second] = found
  if (first === undefined) throw notFound(nameOrPath, workflows)
  if (second === undefined) return first.path
  const paths = found.map(({ path }) => path)
  const message = `more than one workflow is called \`${nameOrPath}\`: ${paths.join(', ')}; name one by its path`
  throw new LookupError('ambiguous_workflow', message, { suggestions: paths })
}

function isPath(text: string): boolean {
  return /[/\\]/.test(text) || /\.ya?ml$/i.test(text) || isAbsolute(text)
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

/** Of workflows with one name the project's, else the user's. */
function best(workflows: DiscoveredWorkflow[]): DiscoveredWorkflow[] {
  const ofProject = workflows.filter(({ scope }) => scope === 'project')
  return ofProject.length > 0 ? ofProject : workflows
}

function notFound(name: string, workflows: DiscoveredWorkflow[]): LookupError {
  const suggestions = nearNames(
    name,
    workflows.map((workflow) => workflow.name),
  )
  return new LookupError('workflow_not_found', `there is no workflow \`${name}\`${suggestion(suggestions)}`, {
    suggestions,
  })
}
