import { exitCodeOfSignal, type StopSignal } from './exit-codes.ts'

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** A wrapper such as npm passes on what the terminal has sent already: so soon nobody presses a key twice. */
const echoMs = 100

/** Listens for the signals that stop a run. */
export interface StopListener {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal
  /** The first signal; `null` before it. */
  received(): StopSignal | null
  /** Signals end the process again, as by default. */
  release(): void
}

/**
 * The first signal asks for an orderly stop; the second ends this process at once.
 *
 * @param options.onFirst - Says what is waited for.
 * @param options.onSecond - Ends what runs, before the process exits.
 */
export function listenForStop(options: {
  onFirst: (signal: StopSignal) => void
  onSecond: () => void
}): StopListener {
  const controller = new AbortController()
  let first: { signal: StopSignal; at: number } | null = null
  const receive = (signal: StopSignal) => {
    if (first === null) {
      first = { signal, at: performance.now() }
      options.onFirst(signal)
      controller.abort(new Error(`stopped by ${signal}`))
    } else if (performance.now() - first.at >= echoMs) {
      options.onSecond()
      process.exit(exitCodeOfSignal(first.signal))
    }
  }
  for (const signal of stopSignals) process.on(signal, receive)
  return {
    signal: controller.signal,
    received: () => first?.signal ?? null,
    release() {
      for (const signal of stopSignals) process.off(signal, receive)
    },
  }
}
