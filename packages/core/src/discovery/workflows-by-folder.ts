import { readFile, stat } from 'node:fs/promises'
import { parseWorkflow } from '../parse-workflow.ts'
import { nameInText } from '../yaml/name-in-text.ts'
import { maxSourceBytes } from '../yaml/parse-document.ts'
import type { Discovery, DiscoveryProblem, WorkflowKind } from './discovered-workflow.ts'
import { fileNames } from './file-kinds.ts'
import { type LookupFolder, type LookupOptions, lookupFolders } from './ion-folders.ts'
import { isMissing, type ListedFiles, listFiles, listFilesBelow } from './list-files.ts'
import { nameOfSopFile, sopFileName, sopFolders } from './sop-folders.ts'
import type { SopLookup } from './sop-lookup.ts'

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
