import type { ArtifactsDir, MovedRun, MovingOptions, MovingResult } from '@ion/executor'
import { hasRunFolders, type IWorkflowStore } from '@ion/store'
import type { Cli } from './cli.ts'
import { type ExitCode, exitCodeOfSignal, exitCodes } from './exit-codes.ts'
import { runCount } from './output/pruned.ts'
import { defaultRunsFolder } from './project.ts'
import { readRunRecord } from './run-record.ts'
import { findRun } from './run-reference.ts'
import { listenForStop } from './stop-signals.ts'

/** Where the files of a store's runs are: where their records say, else the store's own folders, else the project's. */
export async function artifactsOf(store: IWorkflowStore): Promise<ArtifactsDir> {
  const fallback = hasRunFolders(store) ? undefined : await defaultRunsFolder(process.cwd())
  return (run) => readRunRecord(run).artifactsDir ?? fallback
}

/** The ids of runs that were named as persons name them; `undefined` for all runs. */
export async function idsOf(
  store: IWorkflowStore,
  references: readonly string[],
): Promise<string[] | undefined> {
  if (references.length === 0) return undefined
  const ids: string[] = []
  for (const reference of references) ids.push((await findRun(store, reference)).id)
  return ids
}

/** How a moving is told. */
export interface MovingWords {
  /** Of the lines with `--json` for each run: `ion/copied-run@1`. */
  runSchema: string
  /** Of the last line with `--json`. */
  schema: string
  /** What was done to runs: `copied`. */
  verb: string
  /** Members of the last line besides the counts. */
  facts: object
}

/** Moves runs, tells of each, and says what the command exits with: with what could not be moved it failed. */
export async function moveAndTell(
  { terminal, options }: Cli,
  words: MovingWords,
  move: (moving: MovingOptions) => Promise<MovingResult>,
): Promise<ExitCode> {
  const refusals = new Set<string>()
  const onRun = (run: MovedRun) => {
    if (run.error) refusals.add(run.error.code)
    if (options.json) terminal.printJson({ schema: words.runSchema, ...run })
    else for (const [to, line] of linesOf(run, words.verb)) terminal[to](line)
  }
  const stop = listenForStop({ onFirst: () => terminal.say('stopping after this run …'), onSecond: () => {} })
  try {
    const result = await move({ onRun, signal: stop.signal })
    if (options.json) terminal.printJson({ schema: words.schema, ...words.facts, ...result })
    else terminal.note(sumOf(result, words.verb))
    const signal = stop.received()
    if (signal !== null && result.interrupted) return exitCodeOfSignal(signal)
    if (result.refused === 0) return exitCodes.completed
    const areHeld = [...refusals].every((code) => code === 'run_held' || code === 'lease_lost')
    return areHeld ? exitCodes.unavailable : exitCodes.failed
  } finally {
    stop.release()
  }
}

type Line = ['print' | 'say', string]

function linesOf(run: MovedRun, verb: string): Line[] {
  const { runId, outcome, error, files, annotations, logEntries } = run
  const skipped = files.skipped.map(
    ({ path, reason }): Line => ['say', `ion: ${path} of run ${runId} was left out: it is ${reason}`],
  )
  if (annotations.skipped)
    skipped.push([
      'say',
      `ion: the annotations of run ${runId} were left out: the other store takes none over`,
    ])
  if (logEntries.skipped)
    skipped.push([
      'say',
      `ion: the log entries of run ${runId} were left out: the other store keeps none, or has others`,
    ])
  if (outcome === 'refused')
    return [...skipped, ['say', `ion: run ${runId} was not ${verb}: ${error?.message}`]]
  const told = outcome === 'present' ? 'is there already' : [verb, ...partsOf(run)].join('  ')
  return [...skipped, ['print', `${runId}  ${told}`]]
}

/** What came along with a run, in words. */
function partsOf({ files, annotations, logEntries }: MovedRun): string[] {
  const counted: [number, string][] = [
    [files.copied, 'file'],
    [annotations.copied, 'annotation'],
    [logEntries.copied, 'log entry'],
  ]
  const words = counted.filter(([number]) => number > 0)
  return words.map(([number, word]) =>
    number === 1 ? `1 ${word}` : `${number} ${word.replace(/y$/, 'ie')}s`,
  )
}

function sumOf({ copied, present, refused }: MovingResult, verb: string): string {
  const parts = [`${verb} ${runCount(copied)}`]
  if (present > 0) parts.push(`${runCount(present)} there already`)
  if (refused > 0) parts.push(`${runCount(refused)} refused`)
  return parts.join(', ')
}
