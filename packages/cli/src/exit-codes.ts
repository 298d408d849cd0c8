/** What `ion` exits with. */
export const exitCodes = {
  completed: 0,
  failed: 1,
  usage: 2,
  paused: 3,
  notFound: 4,
  unavailable: 5,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const

/** One of the codes that `ion` exits with. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What each exit code means: the table that `ion help exit-codes` prints. */
export const exitCodeTable: readonly { code: ExitCode; meaning: string }[] = [
  { code: exitCodes.completed, meaning: 'the run completed, or the command did what it was asked' },
  { code: exitCodes.failed, meaning: 'the run failed or was cancelled, or was found interrupted' },
  { code: exitCodes.usage, meaning: 'wrong usage or an invalid workflow; nothing was run' },
  { code: exitCodes.paused, meaning: 'the run is paused and waits for a person' },
  { code: exitCodes.notFound, meaning: 'there is no such run or workflow' },
  {
    code: exitCodes.unavailable,
    meaning: 'the store is unavailable or damaged, or another process holds the run',
  },
  { code: exitCodes.hangup, meaning: 'stopped by SIGHUP; the run can be resumed' },
  { code: exitCodes.interrupted, meaning: 'stopped by SIGINT (Ctrl-C); the run can be resumed' },
  { code: exitCodes.terminated, meaning: 'stopped by SIGTERM; the run can be resumed' },
]

const codesBySignal = {
  SIGHUP: exitCodes.hangup,
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const

/** A signal that stops a run and leaves it to be resumed. */
export type StopSignal = keyof typeof codesBySignal

/** The exit code of a process that a signal stopped. */
export function exitCodeOfSignal(signal: StopSignal): ExitCode {
  return codesBySignal[signal]
}
