import type { Diagnostic, ParseResult } from '@ion/core'
import { parseSop, type SopOptions } from './parse-sop.ts'
import { TranspileError, type TranspileOptions, transpileSop } from './transpile-sop.ts'

/** How a SOP's text is read, and how it becomes a workflow. */
export type SopWorkflowOptions = SopOptions & Omit<TranspileOptions, 'onDiagnostic'>

/**
 * Reads a SOP and makes a workflow of it: for SOPs what `parseWorkflow` is for YAML. Never throws, whatever the text is.
 * What was made of the author's words beyond prompts is among the diagnostics, with the severity `info`.
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
    const derived: Diagnostic[] = []
    const workflow = transpileSop(sop, { ...options, onDiagnostic: (diagnostic) => derived.push(diagnostic) })
    return { ok: true, workflow, diagnostics: [...diagnostics, ...derived] }
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
