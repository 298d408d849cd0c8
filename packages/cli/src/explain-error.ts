import { type Diagnostic, LookupError } from '@ion/core'
import { ExecutorError, InvalidWorkflowError } from '@ion/executor'
import { isStoreError, type StoreErrorCode } from '@ion/store'
import { agentHint } from './agent-option.ts'
import { CliError } from './cli-error.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** An error as the shell sees it. */
export interface ErrorReport {
  exitCode: ExitCode
  /** Stable, for `--json`. */
  code: string
  /** One line. */
  message: string
  hint?: string
  /** Everything that is wrong with a workflow. */
  diagnostics?: Diagnostic[]
  /** The text that the diagnostics are about, where it came from no file. */
  text?: string
}

const storeExitCodes: { readonly [Code in StoreErrorCode]: ExitCode } = {
  not_found: exitCodes.notFound,
  already_exists: exitCodes.usage,
  conflict: exitCodes.unavailable,
  lease_lost: exitCodes.unavailable,
  invalid_transition: exitCodes.usage,
  invalid_record: exitCodes.usage,
  too_large: exitCodes.failed,
  unavailable: exitCodes.unavailable,
  corrupt: exitCodes.unavailable,
}

const executorExitCodes: Partial<{ [Code in ExecutorError['code']]: ExitCode }> = {
  missing_store: exitCodes.unavailable,
  missing_artifact: exitCodes.notFound,
  changed_artifact: exitCodes.failed,
  run_held: exitCodes.unavailable,
  run_lost: exitCodes.unavailable,
  cannot_import: exitCodes.unavailable,
  invalid_run_file: exitCodes.failed,
}

const executorHints: Partial<{ [Code in ExecutorError['code']]: string }> = {
  missing_agent: agentHint,
  file_exists: 'give --force to replace it',
  invalid_input: 'inputs are given as --input name=value',
  missing_variable:
    'BASE_BRANCH, DOCS_DIR and STATE_DIR are set with --base-branch, --docs-dir and --state-dir',
}

/** What an error means at the shell: its exit code, one line, and what to do. */
export function explainError(error: unknown): ErrorReport {
  if (error instanceof CliError) {
    return report({ ...error.facts, message: error.message })
  }
  if (error instanceof ExecutorError) {
    return report({
      code: error.code,
      exitCode: executorExitCodes[error.code] ?? exitCodes.usage,
      message: error.message,
      hint: executorHints[error.code],
      diagnostics: error instanceof InvalidWorkflowError ? error.diagnostics : undefined,
    })
  }
  if (error instanceof LookupError) {
    const exitCode = error.code === 'workflow_not_found' ? exitCodes.notFound : exitCodes.usage
    return report({ code: error.code, exitCode, message: error.message })
  }
  if (isStoreError(error)) {
    return report({ code: error.code, exitCode: storeExitCodes[error.code], message: error.message })
  }
  const message = error instanceof Error ? error.message : String(error)
  return report({
    code: 'internal',
    exitCode: exitCodes.failed,
    message: `unexpected error: ${message}`,
    hint: 'ION_DEBUG=1 shows where it came from',
  })
}

type Loose<Fields> = { [Name in keyof Fields]: Fields[Name] | undefined }

function report({
  code,
  exitCode,
  message,
  ...more
}: Pick<ErrorReport, 'code' | 'exitCode' | 'message'> &
  Partial<Loose<Pick<ErrorReport, 'hint' | 'diagnostics' | 'text'>>>): ErrorReport {
  const { hint, diagnostics, text } = more
  return {
    exitCode,
    code,
    message: message.replaceAll('\n', ' '),
    ...(hint === undefined ? {} : { hint }),
    ...(diagnostics === undefined ? {} : { diagnostics }),
    ...(text === undefined ? {} : { text }),
  }
}
