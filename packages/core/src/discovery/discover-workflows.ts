import { readFile, stat } from 'node:fs/promises'
import { type ParseResult, parseWorkflow } from '../parse-workflow.ts'
import { nameInText } from '../yaml/name-in-text.ts'
import { maxSourceBytes } from '../yaml/parse-document.ts'
import { fileNames } from './file-kinds.ts'
import { type LookupOptions, type LookupScope, lookupFolders } from './ion-folders.ts'
import { listFiles } from './list-files.ts'

/** A workflow file that was found, valid or not. */
export interface DiscoveredWorkflow {
  /** The workflow's name; of a file that can't be parsed the name of the file. */
  name: string
  path: string
  scope: LookupScope
  text: string
  parsed: ParseResult
  /** The project's file of the same name, which is taken instead of this one; `null` when there is none. */
  shadowedBy: string | null
}

/** What is wrong with the folders rather than with one file's content. */
export interface DiscoveryProblem {
  code: 'unreadable' | 'duplicate_name'
  message: string
  paths: string[]
}

/** What `discoverWorkflows` found. */
export interface Discovery {
  /** The project's before the user's, each by path. */
  workflows: DiscoveredWorkflow[]
  problems: DiscoveryProblem[]
}

/**
 * Finds the workflows that can be run by name: `*.yaml` and `*.yml` in `.ion/workflows` of the project and in
 * `~/.config/ion/workflows`, and in the folders in those; where one holds none, in Archon's (`.archon/workflows`,
 * `~/.archon/workflows`). A file that is broken, or can't be read, hinders no other.
 *
 * @example
 * const { workflows } = await discoverWorkflows({ cwd: process.cwd() })
 * for (const { name, path, parsed } of workflows) console.log(name, path, parsed.ok)
 */
export async function discoverWorkflows(options: LookupOptions): Promise<Discovery> {
  const found: Discovery = { workflows: [], problems: [] }
  for (const { scope, path: folder } of await lookupFolders('workflows', options)) {
    const { paths, unreadable } = await listFiles(folder, fileNames.workflows)
    found.problems.push(...unreadable.map(({ path, error }) => unreadableProblem(path, error)))
    for (const path of paths) await readInto(found, { path, scope })
  }
  markShadowed(found.workflows)
  found.problems.push(...duplicates(found.workflows))
  return found
}

async function readInto(
  found: Discovery,
  { path, scope }: { path: string; scope: LookupScope },
): Promise<void> {
  try {
    const { size } = await stat(path)
    if (size > 2 * maxSourceBytes) throw new Error(`it is larger than ${maxSourceBytes / 1024 / 1024} MiB`)
    const text = await readFile(path, 'utf8')
    const parsed = parseWorkflow(text, { path })
    const name = parsed.ok ? parsed.workflow.name : nameInText(text, path)
    found.workflows.push({ name, path, scope, text, parsed, shadowedBy: null })
  } catch (error) {
    found.problems.push(unreadableProblem(path, error))
  }
}

function unreadableProblem(path: string, error: unknown): DiscoveryProblem {
  const why = error instanceof Error ? error.message : String(error)
  return { code: 'unreadable', message: `${path} can't be read: ${why}`, paths: [path] }
}

function markShadowed(workflows: DiscoveredWorkflow[]): void {
  const project = new Map<string, string>()
  for (const { scope, name, path } of workflows) {
    if (scope === 'project' && !project.has(name)) project.set(name, path)
  }
  for (const workflow of workflows) {
    if (workflow.scope === 'user') workflow.shadowedBy = project.get(workflow.name) ?? null
  }
}

function duplicates(workflows: DiscoveredWorkflow[]): DiscoveryProblem[] {
  const groups = new Map<string, DiscoveredWorkflow[]>()
  for (const workflow of workflows) {
    const key = `${workflow.scope} ${workflow.name}`
    groups.set(key, [...(groups.get(key) ?? []), workflow])
  }
  return [...groups.values()].flatMap((group): DiscoveryProblem[] => {
    const [first] = group
    if (first === undefined || group.length < 2) return []
    const paths = group.map(({ path }) => path)
    const message = `the workflow name \`${first.name}\` is given ${paths.length} times: ${paths.join(', ')}`
    return [{ code: 'duplicate_name', message, paths }]
  })
}
