import type { Diagnostic } from '@ion/core'
import type { ClaimView, Json } from '@ion/store'
import { describeOwner } from '@ion/store'

/** Why a call of the executor was refused; nothing was run. */
export type ExecutorErrorCode =
  | 'invalid_workflow'
  | 'invalid_input'
  | 'missing_variable'
  | 'missing_command'
  | 'missing_agent'
  | 'secret_too_long'
  | 'missing_script'
  | 'invalid_script'
  | 'missing_runtime'
  | 'missing_store'
  | 'invalid_store'
  | 'run_held'
  | 'run_lost'
  | 'run_cancelled'
  | 'run_ended'
  | 'no_open_gate'
  | 'ambiguous_gate'
  | 'invalid_condition'
  | 'run_changed'
  | 'cannot_import'
  | 'copy_mismatch'
  | 'file_exists'
  | 'invalid_run_file'
  | 'missing_artifact'
  | 'changed_artifact'

/** An error of the executor: a stable `code`, what happened, and what to do. */
export class ExecutorError extends Error {
  readonly code: ExecutorErrorCode
  /** Facts for logs and `--json`. */
  readonly details: { readonly [key: string]: Json }

  constructor(
    code: ExecutorErrorCode,
    message: string,
    details: { readonly [key: string]: Json } = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.details = details
  }
}

/** The definition does not parse; `diagnostics` has every fault. */
export class InvalidWorkflowError extends ExecutorError {
  readonly diagnostics: Diagnostic[]

  constructor(diagnostics: Diagnostic[]) {
    const faults = diagnostics.filter(({ severity }) => severity === 'error')
    const first = faults[0]
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
    super('invalid_workflow', `the workflow is invalid: ${first?.message ?? 'no reason given'}${more}`)
    this.diagnostics = diagnostics
  }
}

/** Somebody alive holds the run. */
export class RunHeldError extends ExecutorError {
  readonly holder: ClaimView

  constructor(runId: string, holder: ClaimView) {
    const { owner, expiresAt } = holder
    super(
      'run_held',
      `run ${runId} is held by ${describeOwner(owner)} until ${expiresAt}, renewed while it lives`,
      {
        runId,
        owner: { ...owner },
        expiresAt,
      },
    )
    this.holder = holder
  }
}

/** This executor held the run and has lost it, to a take-over or with its store. Its nodes were stopped. */
export class RunLostError extends ExecutorError {
  constructor(runId: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super('run_lost', `run ${runId} was lost: ${why}`, { runId }, { cause })
  }
}
