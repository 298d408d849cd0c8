import type { ParseResult } from '@ion/core'
import { parseSop, type SopOptions } from './parse-sop.ts'
import { TranspileError, type TranspileOptions, transpileSop } from './transpile-sop.ts'

/** How a SOP's text is read, and how it becomes a workflow. */
export type SopWorkflowOptions = SopOptions & TranspileOptions

/**
 * Reads a SOP and makes a workflow of it: for SOPs what `parseWorkflow` is for YAML. Never throws, whatever the text is.
 *
 * @example
 * const { workflows } = await discoverWorkflows({ cwd, sops: { read: sopWorkflow } })
 */
export function sopWorkflow(text: string, options: SopWorkflowOptions = {}): ParseResult {
  const { path = null } = options
  const { sop, diagnostics } = parseSop(text, { path })
  if (diagnostics.some(({ severity }) => severity === 'error'))
    return { ok: false, workflow: null, diagnostics }
  try {
    return { ok: true, workflow: transpileSop(sop, options), diagnostics }
  } catch (error) {
    if (!(error instanceof TranspileError)) throw error
    const start = { line: 1, column: 1 }
    const fault = {
      code: 'ION4005',
      severity: 'error',
      message: error.message,
      path,
      range: { start, end: start },
    } as const
    return { ok: false, workflow: null, diagnostics: [fault, ...diagnostics] }
  }
}
