import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import {
  type Diagnostic,
  discoverWorkflows,
  findWorkflow,
  LookupError,
  type LookupOptions,
  type ParseResult,
  parseWorkflow,
  type WorkflowDefinition,
  type WorkflowKind,
} from '@ion/core'
import type { TranspileOptions } from '@ion/sop-transpiler'
import { CliError, notFoundError, usageError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { displayPath } from './project.ts'
import { isSopPath, parseSopText } from './sop-lookup.ts'

/** A workflow's text and where it is from. */
export interface WorkflowSource {
  text: string
  /** `null` for standard input. */
  path: string | null
}

/** Where a workflow is looked for, and whether only those that are written in one way are meant. */
export type WorkflowLookup = LookupOptions & { kind?: WorkflowKind }

/** What stands for standard input. */
export const standardInput = '-'

/**
 * Reads the workflow or SOP that a name, a path, or `-` (standard input) stands for. A name is never taken for a similar one.
 *
 * @throws {CliError} `not_found` with suggestions; `unreadable`.
 */
export async function readWorkflow(nameOrPath: string, lookup: WorkflowLookup): Promise<WorkflowSource> {
  if (nameOrPath === standardInput)
    return { text: (await buffer(process.stdin)).toString('utf8'), path: null }
  const path = await locateWorkflow(nameOrPath, lookup)
  return { text: readText(path), path }
}

/**
 * The file of a workflow.
 *
 * @throws {CliError} `not_found`, with what there is instead; {LookupError} `ambiguous_workflow`.
 */
export async function locateWorkflow(nameOrPath: string, lookup: WorkflowLookup): Promise<string> {
  try {
    return await findWorkflow(nameOrPath, lookup)
  } catch (error) {
    if (!(error instanceof LookupError) || error.code !== 'workflow_not_found') throw error
    const { workflows } = await discoverWorkflows(lookup)
    const hint =
      workflows.length === 0 ? 'ion init makes a first workflow' : 'ion list --workflows shows what there is'
    throw notFoundError(error.message, hint)
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') throw notFoundError(`there is no file ${path}`)
    const why =
      code === 'EISDIR' ? `${path} is a folder` : error instanceof Error ? error.message : String(error)
    throw new CliError(`the workflow can't be read: ${why}`, {
      code: 'unreadable',
      exitCode: exitCodes.usage,
    })
  }
}

/** Parses a workflow, or a SOP. Never throws. */
export async function parseSource(
  { text, path }: WorkflowSource,
  options: TranspileOptions = {},
): Promise<ParseResult> {
  return isSopPath(path) ? await parseSopText(text, { ...options, path }) : parseWorkflow(text, { path })
}

/**
 * Parses a workflow, or a SOP.
 *
 * @param options - How a SOP becomes a workflow.
 * @throws {CliError} `invalid_workflow` with every diagnostic; `usage` for options of a SOP on what is none.
 */
export async function parseOrExplain(
  source: WorkflowSource,
  options: TranspileOptions = {},
): Promise<{ workflow: WorkflowDefinition; warnings: Diagnostic[] }> {
  const { path } = source
  const [forSops] = Object.keys(options)
  if (forSops !== undefined && !isSopPath(path)) {
    throw usageError(
      `--${forSops} is for SOPs, and ${path === null ? 'standard input' : displayPath(path)} is none`,
    )
  }
  const parsed = await parseSource(source, options)
  if (parsed.ok) return { workflow: parsed.workflow, warnings: parsed.diagnostics }
  throw explainInvalid(source, parsed.diagnostics)
}

/** Says everything that is wrong with a workflow or SOP. */
export function explainInvalid({ path, text }: WorkflowSource, diagnostics: Diagnostic[]): CliError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return new CliError(
    `${path === null ? 'the workflow' : displayPath(path)} has ${errors === 1 ? 'an error' : `${errors} errors`}; nothing was run`,
    {
      code: 'invalid_workflow',
      exitCode: exitCodes.usage,
      diagnostics,
      ...(path === null ? { text } : {}),
    },
  )
}
