import { createRun, type ExecuteOptions } from '@ion/executor'
import { isStoreError, runIdPattern } from '@ion/store'
import type { AgentFlags } from './agent-option.ts'
import type { Cli } from './cli.ts'
import { CliError, usageError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { commandWriter } from './next-command.ts'
import { type OpenedRun, openRun } from './open-run.ts'
import { newRunId } from './run-ids.ts'
import { latest } from './run-reference.ts'

/** The options that name a run, so that the same command again means the same run. */
export interface NameFlags {
  id?: string
  idempotencyKey?: string
}

const longestKey = 256

/** Whether a run is named. @throws {CliError} for what can't be an id or a key. */
export function isNamed({ id, idempotencyKey: key }: NameFlags): boolean {
  if (id !== undefined && (!runIdPattern.test(id) || id === latest)) {
    throw usageError(`${JSON.stringify(id)} can't be a run id`, 'an id has letters, digits, . _ and -')
  }
  if (key !== undefined && (key === '' || key.length > longestKey)) {
    throw usageError(`an idempotency key has 1 to ${longestKey} characters, not ${key.length}`)
  }
  return id !== undefined || key !== undefined
}

/**
 * The run that a name stands for: a new one, or the one that was started so before.
 *
 * @throws {CliError} `already_exists` when the name stands for a run of other content.
 */
export async function openNamedRun(
  cli: Cli,
  { start, flags }: { start: ExecuteOptions; flags: NameFlags & AgentFlags },
): Promise<OpenedRun> {
  const { id: runId = newRunId(), idempotencyKey } = flags
  const run = await createRun({
    ...start,
    runId,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  }).catch((error: unknown) => {
    throw isStoreError(error, 'already_exists') ? explainTaken(error, cli, flags) : error
  })
  const opened = await openRun(cli, start.store, { reference: run.id, flags })
  if (run.status !== 'pending') cli.terminal.note(`run ${opened.shortId} was started before`)
  return opened
}

function explainTaken(
  { code, message, details }: Error & { code: string; details: { readonly [key: string]: unknown } },
  cli: Cli,
  flags: NameFlags,
): CliError {
  const id = typeof details.id === 'string' ? details.id : flags.id
  const name = id === flags.id || flags.idempotencyKey === undefined ? '--id' : '--idempotency-key'
  const shows = id === undefined ? '' : `${commandWriter(cli)('show', id)} shows it; `
  const hint = `${shows}for another run, give another ${name}`
  return new CliError(message, { code, exitCode: exitCodes.usage, hint })
}
