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
} from '@ion/core'
import { CliError, notFoundError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { displayPath } from './project.ts'

/** A workflow's text and where it is from. */
export interface WorkflowSource {
  text: string
  /** `null` for standard input. */
  path: string | null
}

/** What stands for standard input. */
export const standardInput = '-'

/**
 * Reads the workflow that a name, a path, or `-` (standard input) stands for. A name is never taken for a similar one.
 *
 * @throws {CliError} `not_found` with suggestions; `unreadable`.
 */
export async function readWorkflow(nameOrPath: string, lookup: LookupOptions): Promise<WorkflowSource> {
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
export async function locateWorkflow(nameOrPath: string, lookup: LookupOptions): Promise<string> {
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

/** Parses a workflow. Never throws. */
export function parseSource({ text, path }: WorkflowSource): ParseResult {
  return parseWorkflow(text, { path })
}

/**
 * Parses a workflow.
 *
 * @throws {CliError} `invalid_workflow` with every diagnostic.
 */
export function parseOrExplain(source: WorkflowSource): {
  workflow: WorkflowDefinition
  warnings: Diagnostic[]
} {
  const { path } = source
  const parsed = parseSource(source)
  if (parsed.ok) return { workflow: parsed.workflow, warnings: parsed.diagnostics }
  const errors = parsed.diagnostics.filter(({ severity }) => severity === 'error').length
  throw new CliError(
    `${path === null ? 'the workflow' : displayPath(path)} has ${errors === 1 ? 'an error' : `${errors} errors`}; nothing was run`,
    {
      code: 'invalid_workflow',
      exitCode: exitCodes.usage,
      diagnostics: parsed.diagnostics,
      ...(path === null ? { text: source.text } : {}),
    },
  )
}
