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
import type { PlacedSignal } from './log-index.ts'
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
      const line: SignalLine = {
        commit: { id: randomUUID(), index: 0, count: 1 },
        at: clock().toISOString(),
        seen: seenOf(log.state),
        signal: { sequence: log.state.head.lastSignal + 1, ...signal },
      }
      if (!(await log.write(line))) continue
      // Events of others may have come before it.
      const place = log.index.signalAt(signal.id)
      return storedSignal(log.id, line, place?.atEvent ?? log.state.head.lastSequence)
    }
    throw tooBusy(log)
  })
}

/** The signals after a number, in order. */
export async function readSignals(log: RunLog, after: number, limit: number): Promise<WorkflowSignal[]> {
  const signals: WorkflowSignal[] = []
  for (const place of log.index.signalsAfter(after, limit)) signals.push(await signalAt(log, place))
  return signals
}

/** @throws {ConflictError} when a signal with this id was sent with other content. */
async function sentBefore(log: RunLog, signal: NewSignal): Promise<WorkflowSignal | null> {
  const place = log.index.signalAt(signal.id)
  if (place === undefined) return null
  const first = await signalAt(log, place)
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

async function signalAt(log: RunLog, { start, atEvent }: PlacedSignal): Promise<WorkflowSignal> {
  const unit = await log.unitAt(start)
  if ('signal' in unit) return storedSignal(log.id, unit, atEvent)
  throw new CorruptError(`${log.path}: the signal at byte ${start} is gone`, { file: log.path })
}

/** A signal as its readers get it. */
export function storedSignal(runId: string, { at, signal }: SignalLine, atEvent: number): WorkflowSignal {
  return { ...signal, runId, sentAt: at, atEvent }
}
