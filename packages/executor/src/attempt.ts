import { NulInVariableError, ScriptValueError, UnresolvedReferenceError } from '@ion/core'
import type { ArtifactRecord, Failure } from '@ion/store'
import type { NodeResult } from './node-context.ts'
import { NodeFailure, Stop } from './node-failure.ts'

/** What an attempt came to. `stopped` is neither success nor failure: the run was told to stop. */
export type Outcome =
  | { kind: 'completed'; result: NodeResult; durationMs: number; artifacts?: ArtifactRecord[] }
  | {
      kind: 'failed'
      error: Failure
      transient: boolean
      durationMs: number
      output?: string
      exitCode?: number
      artifacts?: ArtifactRecord[]
    }
  | { kind: 'stopped' }

export interface AttemptOptions {
  timeoutMs: number | null
  idleTimeoutMs: number | null
  /** Ends the attempt from outside; its reason is a `Stop`. */
  signal: AbortSignal
  /** Runs the body. It calls `alive` at every sign of life. */
  body(signal: AbortSignal, alive: () => void): Promise<NodeResult>
}

/**
 * One attempt of a body, with its limits: the whole time, and the longest silence. Never throws.
 */
export async function runAttempt({
  timeoutMs,
  idleTimeoutMs,
  signal,
  body,
}: AttemptOptions): Promise<Outcome> {
  const began = performance.now()
  const limits = new AbortController()
  const timers: NodeJS.Timeout[] = []
  const limit = (ms: number, reason: 'timeout' | 'idle_timeout', message: string) => {
    const timer = setTimeout(() => limits.abort(new Stop(reason, message)), ms)
    timers.push(timer)
    return timer
  }
  if (timeoutMs !== null) limit(timeoutMs, 'timeout', `timed out after ${inWords(timeoutMs)}`)
  const idle =
    idleTimeoutMs === null
      ? null
      : limit(idleTimeoutMs, 'idle_timeout', `gave no sign of life for ${inWords(idleTimeoutMs)}`)
  try {
    const result = await body(AbortSignal.any([signal, limits.signal]), () => idle?.refresh())
    return { kind: 'completed', result, durationMs: since(began) }
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' }
    return { kind: 'failed', ...describe(error), durationMs: since(began) }
  } finally {
    for (const timer of timers) clearTimeout(timer)
  }
}

function describe(error: unknown): {
  error: Failure
  transient: boolean
  output?: string
  exitCode?: number
} {
  if (error instanceof Stop) {
    return { error: { code: error.reason, message: error.message }, transient: true }
  }
  if (error instanceof NodeFailure) {
    const { transient = false, details, output, exitCode } = error.facts
    return {
      error: { ...details, code: error.code, message: error.message },
      transient,
      ...(typeof output === 'string' ? { output } : {}),
      ...(exitCode === undefined ? {} : { exitCode }),
    }
  }
  const message = error instanceof Error ? error.message : String(error)
  if (
    error instanceof UnresolvedReferenceError ||
    error instanceof NulInVariableError ||
    error instanceof ScriptValueError
  ) {
    return { error: { code: error.code, message }, transient: false }
  }
  return { error: { code: 'internal', message }, transient: false }
}

function since(began: number): number {
  return Math.round(performance.now() - began)
}

function inWords(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`
}
