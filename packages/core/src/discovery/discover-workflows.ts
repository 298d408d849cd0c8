import { readFile, stat } from 'node:fs/promises'
import { type ParseResult, parseWorkflow } from '../parse-workflow.ts'
import { nameInText } from '../yaml/name-in-text.ts'
import { maxSourceBytes } from '../yaml/parse-document.ts'
import { fileNames } from './file-kinds.ts'
import { type LookupFolder, type LookupOptions, type LookupScope, lookupFolders } from './ion-folders.ts'
import { isMissing, type ListedFiles, listFiles, listFilesBelow } from './list-files.ts'
import { nameOfSopFile, sopFileName, sopFolders } from './sop-folders.ts'
import type { SopLookup } from './sop-lookup.ts'

/** A workflow file that was found, valid or not. */
export interface DiscoveredWorkflow {
  /** The workflow's name; of a file that can't be parsed the name of the file. */
  name: string
  path: string
  kind: WorkflowKind
  scope: LookupScope
  /** The one of the folders looked in that it was found in. */
  folder: string
  text: string
  parsed: ParseResult
  /** The file of the same name in an earlier folder, which is taken instead of this one; `null` when there is none. */
  shadowedBy: string | null
}

/** What a workflow is written in. */
export type WorkflowKind = 'yaml' | 'sop'

/** What is wrong with the folders rather than with one file's content. */
export interface DiscoveryProblem {
  code: 'unreadable' | 'duplicate_name'
  message: string
  paths: string[]
}

/** What `discoverWorkflows` found. */
export interface Discovery {
  /**
   * By folder, and in each by path: SOPs in folders that were named, the project's workflows and SOPs, the user's workflows
   * and SOPs.
   */
  workflows: DiscoveredWorkflow[]
  problems: DiscoveryProblem[]
}

/**
 * Finds the workflows that can be run by name: `*.yaml` and `*.yml` in `.ion/workflows` of the project and in
 * `~/.config/ion/workflows`, and in the folders in those; where one holds none, in Archon's (`.archon/workflows`,
 * `~/.archon/workflows`). With something that reads SOPs also `*.sop.md` in `agent-sops` and `.ion/sops` of the project and in
 * `~/.config/ion/sops`, at any depth. A file that is broken, or can't be read, hinders no other.
 *
 * @example
 * const { workflows } = await discoverWorkflows({ cwd: process.cwd(), sops: { read: sopWorkflow } })
 * for (const { name, path, parsed } of workflows) console.log(name, path, parsed.ok)
 */
export async function discoverWorkflows(options: LookupOptions): Promise<Discovery> {
  const found: Discovery = { workflows: [], problems: [] }
  for await (const { workflows, problems } of workflowsByFolder(options)) {
    found.workflows.push(...workflows)
    found.problems.push(...problems)
  }
  markShadowed(found.workflows)
  found.problems.push(...duplicates(found.workflows))
  return found
}

/**
 * What is in each folder, in the order in which they count. A folder is read when it is asked for.
 *
 * @param options.kind - Only folders of these. Default: all.
 */
export async function* workflowsByFolder(
  options: LookupOptions & { kind?: WorkflowKind },
): AsyncGenerator<Discovery> {
  const known = new Set<string>()
  for (const place of await placesOf(options)) {
    if (options.kind !== undefined && place.kind !== options.kind) continue
    const { paths, unreadable } = await filesOf(place)
    const problems = unreadable.map(({ path, error }) => unreadableProblem(path, error))
    const found: Discovery = { workflows: [], problems }
    for (const path of paths) if (!known.has(path)) await readInto(found, { path, place })
    for (const path of paths) known.add(path)
    yield found
  }
}

/** A folder to look in, and what for. */
type Place = LookupFolder & ({ kind: 'yaml' } | { kind: 'sop'; read: SopLookup['read'] })

/** In the order in which they count, so that a SOP that was converted gives way to the workflow that it became. */
async function placesOf(options: LookupOptions): Promise<Place[]> {
  const { sops } = options
  const workflows = (await lookupFolders('workflows', options)).map(
    (folder): Place => ({ ...folder, kind: 'yaml' }),
  )
  if (sops === undefined) return workflows
  const places = (await sopFolders(options)).map(
    (folder): Place => ({ ...folder, kind: 'sop', read: sops.read }),
  )
  const all = [...workflows, ...places]
  return (['given', 'project', 'user'] as const).flatMap((scope) =>
    all.filter((place) => place.scope === scope),
  )
}

async function filesOf({ kind, scope, path }: Place): Promise<ListedFiles> {
  if (kind === 'yaml') return await listFiles(path, fileNames.workflows)
  if (scope === 'given') {
    const error = await whyNoFolder(path)
    if (error !== null) return { paths: [], unreadable: [{ path, error }] }
  }
  return await listFilesBelow(path, sopFileName)
}

/** A folder that somebody has named is to be there. */
async function whyNoFolder(path: string): Promise<unknown> {
  try {
    return (await stat(path)).isDirectory() ? null : new Error('it is no folder')
  } catch (error) {
    return isMissing(error) ? new Error('there is no such folder') : error
  }
}

async function readInto(found: Discovery, { path, place }: { path: string; place: Place }): Promise<void> {
  const { kind, scope, path: folder } = place
  try {
    const { size } = await stat(path)
    if (size > 2 * maxSourceBytes) throw new Error(`it is larger than ${maxSourceBytes / 1024 / 1024} MiB`)
    const text = await readFile(path, 'utf8')
    const parsed = kind === 'yaml' ? parseWorkflow(text, { path }) : await place.read(text, { path })
    const name = parsed.ok ? parsed.workflow.name : nameOfBroken({ kind, text, path })
    found.workflows.push({ name, path, kind, scope, folder, text, parsed, shadowedBy: null })
  } catch (error) {
    found.problems.push(unreadableProblem(path, error))
  }
}

function nameOfBroken({ kind, text, path }: { kind: WorkflowKind; text: string; path: string }): string {
  return kind === 'yaml' ? nameInText(text, path) : nameOfSopFile(path)
}

function unreadableProblem(path: string, error: unknown): DiscoveryProblem {
  const why = error instanceof Error ? error.message : String(error)
  return { code: 'unreadable', message: `${path} can't be read: ${why}`, paths: [path] }
}

function markShadowed(workflows: DiscoveredWorkflow[]): void {
  const firsts = new Map<string, DiscoveredWorkflow>()
  for (const workflow of workflows) {
    const first = firsts.get(workflow.name) ?? workflow
    firsts.set(workflow.name, first)
    if (first.folder !== workflow.folder) workflow.shadowedBy = first.path
  }
}

function duplicates(workflows: DiscoveredWorkflow[]): DiscoveryProblem[] {
  const groups = new Map<string, DiscoveredWorkflow[]>()
  for (const workflow of workflows) {
    const key = `${workflow.folder}\0${workflow.name}`
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
