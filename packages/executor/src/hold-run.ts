import type { Claimed, RunState } from '@ion/store'
import { CommitQueue } from './commit-queue.ts'
import { RunLostError } from './errors.ts'
import { Journal } from './journal.ts'
import { keepLease } from './lease.ts'
import { NodeTexts } from './node-texts.ts'
import { Outputs } from './outputs.ts'
import { patienceOf } from './patience.ts'
import type { RunResult } from './result.ts'
import type { RunSetting } from './run-setting.ts'
import { Scheduler } from './scheduler.ts'
import { SignalInbox } from './signal-inbox.ts'
import { StoreClock } from './store-clock.ts'
import { tell } from './tell.ts'
import { Turn } from './turn.ts'

const defaultSignalPollMs = 500

/**
 * Runs a claimed run to its next end: keeps the lease, writes through one queue, listens for signals, and lets go of all of
 * it again.
 *
 * @param state - The state of the log up to and with the append of the claim; it is moved on.
 * @throws {RunLostError} when the run was lost to another executor or with its store; no body runs any more then.
 */
export async function holdRun(
  setting: RunSetting,
  claimed: Claimed,
  state: RunState,
): Promise<RunResult['status']> {
  const { run, options, workflow, commands, logBook } = setting
  const { store } = options
  const clock = new StoreClock()
  clock.observe(claimed.timestamp)
  const queue = new CommitQueue({
    store,
    runId: run.id,
    claim: claimed.claim,
    lastSequence: claimed.lastSequence,
    lastSignal: claimed.lastSignal,
    ...patienceOf(options),
    onCommitted(events) {
      const last = events.at(-1)
      if (last) clock.observe(last.timestamp)
      for (const event of events) tell(() => options.onEvent?.(event))
      logBook.hear(events)
    },
    onAway: (error) => logBook.say('warn', `the store is away, and is asked again: ${messageOf(error)}`),
    onSignal: () => void turn.readSignals(),
    onLost: (error) => turn.lose(error),
  })
  const journal = new Journal({ runId: run.id, state, queue, clock, masker: setting.masker })
  const outputs = new Outputs(store, run.id, patienceOf(options))
  const texts = new NodeTexts({ workflow, commands, state: (id) => journal.node(id), outputs })
  const scheduler = new Scheduler({
    setting,
    journal,
    clock,
    texts,
    outputs,
    onChange: () => turn.look(),
    onCancel: (cancellation) => turn.cancel(cancellation),
    onLost: (error) => turn.lose(error),
  })
  const turn = new Turn({ setting, journal, inbox: new SignalInbox(store, run.id), scheduler })

  const { claim } = claimed
  const onLost = (error: unknown) => turn.lose(error)
  const lease = keepLease({ store, runId: run.id, claim, options: options.lease, onLost })
  if (options.prompt) lease.shield()
  const poll = setInterval(() => void turn.readSignals(), options.signalPollMs ?? defaultSignalPollMs)
  const stop = () => turn.stop('the host stopped the run')
  if (options.signal?.aborted) stop()
  options.signal?.addEventListener('abort', stop, { once: true })
  try {
    return await turn.run()
  } catch (error) {
    logBook.say('error', `this executor lost the run: ${messageOf(error)}`)
    throw new RunLostError(run.id, error)
  } finally {
    options.signal?.removeEventListener('abort', stop)
    clearInterval(poll)
    lease.stop()
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
