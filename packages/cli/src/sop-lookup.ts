import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { LookupOptions, ParseResult } from '@ion/core'
import type { TranspileOptions } from '@ion/sop-transpiler'
import { usageError } from './cli-error.ts'
import type { LoadedConfig } from './config/load-config.ts'
import { projectLookup } from './config/project-folders.ts'
import { displayPath } from './project.ts'
import { type SopFlags, transpileOptions } from './sop-option.ts'

/**
 * Where workflows and SOPs are found by name, as it is configured and asked for.
 *
 * @throws {CliError} `usage` for a folder that was asked for and is none.
 */
export function workflowLookup(
  cwd: string,
  config: Pick<LoadedConfig, 'folders' | 'root'>,
  flags: SopFlags = {},
): LookupOptions & { folders: NonNullable<LookupOptions['folders']> } {
  const options = transpileOptions(flags)
  const paths = (flags.sopPath ?? []).map((path) => folderAt(resolve(cwd, path)))
  return {
    ...projectLookup(cwd, config),
    sops: { paths, read: async (text, { path }) => await parseSopText(text, { ...options, path }) },
  }
}

function folderAt(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path
  throw usageError(`--sop-path: there is no folder ${displayPath(path)}`)
}

/** Makes a workflow of a SOP. What reads Markdown is loaded only now. Never throws. */
export async function parseSopText(
  text: string,
  options: TranspileOptions & { path: string | null },
): Promise<ParseResult> {
  const { sopWorkflow } = await import('@ion/sop-transpiler')
  return sopWorkflow(text, options)
}

/** Whether a file that is named by its path is taken for a SOP. */
export function isSopPath(path: string | null): boolean {
  return path !== null && /\.(?:md|markdown)$/i.test(path)
}
