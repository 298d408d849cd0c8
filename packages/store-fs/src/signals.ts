import { randomUUID } from 'node:crypto'
import {
  type CallOptions,
  ConflictError,
  CorruptError,
  canonicalJson,
  type NewSignal,
  type WorkflowSignal,
} from '@ion/store'
import { tooBusy, triesInARow } from './commit-unit.ts'
import { seenOf } from './log-fold.ts'
import type { SignalLine } from './log-lines.ts'
import type { RunLog } from './run-log.ts'

/**
 * Stores a signal as a line of the log, where it has its place among the commits: an append that lets go of the run
 * lies either before it, and the sender sees that, or after it, and is void unless it has seen the signal.
 */
export async function sendSignal(
  log: RunLog,
  signal: NewSignal,
  clock: () => Date,
  { signal: abort }: CallOptions = {},
): Promise<WorkflowSignal> {
  return await log.turns.run(async () => {
    abort?.throwIfAborted()
    await log.refresh()
    for (let tries = 0; tries < triesInARow; tries++) {
      const first = await sentBefore(log, signal)
      if (first) return first
      const { lastSignal, lastSequence: atEvent } = log.state.head
      const numbered = { sequence: lastSignal + 1, atEvent, ...signal }
      const at = clock().toISOString()
      const commit = { id: randomUUID(), index: 0, count: 1 }
      if (await log.write({ commit, at, seen: seenOf(log.state), signal: numbered })) {
        return { ...signal, runId: log.id, sequence: numbered.sequence, sentAt: at, atEvent }
      }
    }
    throw tooBusy(log)
  })
}

/** The signals after a number, in order. */
export async function readSignals(log: RunLog, after: number, limit: number): Promise<WorkflowSignal[]> {
  const signals: WorkflowSignal[] = []
  for (const start of log.index.signalsAfter(after, limit)) signals.push(await signalAt(log, start))
  return signals
}

/** @throws {ConflictError} when a signal with this id was sent with other content. */
async function sentBefore(log: RunLog, signal: NewSignal): Promise<WorkflowSignal | null> {
  const start = log.index.signalAt(signal.id)
  if (start === undefined) return null
  const first = await signalAt(log, start)
  const { runId: _, sequence: __, sentAt: ___, atEvent: ____, ...content } = first
  if (textOf(content) !== textOf(signal)) {
    throw new ConflictError(`signal ${signal.id} was sent with other content`, { id: signal.id })
  }
  await log.makeDurable('unknown')
  return first
}

function textOf(signal: NewSignal): string {
  return canonicalJson(JSON.parse(JSON.stringify(signal)))
}

async function signalAt(log: RunLog, start: number): Promise<WorkflowSignal> {
  const unit = await log.unitAt(start)
  if ('signal' in unit) return storedSignal(log.id, unit)
  throw new CorruptError(`${log.path}: the signal at byte ${start} is gone`, { file: log.path })
}

/** A signal as its readers get it. */
export function storedSignal(runId: string, { at, signal }: SignalLine): WorkflowSignal {
  return { ...signal, runId, sentAt: at }
}
