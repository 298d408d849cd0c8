import { join } from 'node:path'
import { type Execution, execute, type Prepared, prepare } from './engine.ts'
import type { FloorWork } from './floors/floor.ts'
import type { Scenario, ScenarioName } from './scenarios.ts'
import type { OpenBenchStore, StoreName, Written } from './stores/bench-store.ts'

/** A store under measurement, with its name and a folder for the runs' own folders. */
export interface Subject {
  name: StoreName
  open: OpenBenchStore
  folder: string
}

/** One execution of a scenario on a store, and its floor right after it. */
export interface Measurement {
  store: StoreName
  scenario: ScenarioName
  round: number
  execution: Execution
  written: Written[]
  /** `null` where the store has no floor. */
  floorMs: number | null
}

/** What is measured. */
export interface Plan {
  subjects: Subject[]
  prepared: Prepared[]
  rounds: number
  /** Called before each piece. */
  onProgress(what: string): void
}

/**
 * Measures everything once a round, each execution beside its floor, so that what disturbs the machine for a while disturbs
 * both and all stores alike. Before the first round everything is warmed up.
 */
export async function measure({ subjects, prepared, rounds, onProgress }: Plan): Promise<Measurement[]> {
  const rowBytes = new Map<StoreName, number>()
  for (const subject of subjects) {
    onProgress(`warming up ${subject.name}`)
    rowBytes.set(subject.name, await warmUp(subject))
  }
  const measurements: Measurement[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const one of prepared) {
      for (const subject of subjects) {
        onProgress(`round ${round} of ${rounds}: ${one.scenario.label}, ${subject.name}`)
        const { execution, written } = await executeOn(subject, one, false)
        const work = floorWork(one.scenario, execution, rowBytes.get(subject.name) ?? 0)
        const { name: store, open } = subject
        const floorMs = open.floor && (await timed(open.floor, work))
        measurements.push({ store, scenario: one.scenario.name, round, execution, written, floorMs })
      }
    }
  }
  return measurements
}

/** Runs a short chain a few times, and its floor. @returns how many bytes of events, as JSON, a node has. */
async function warmUp(subject: Subject): Promise<number> {
  const chain = { name: 'chain', label: 'warm-up', shape: 'chain', commitsAim: null } as const
  const one = prepare({ ...chain, nodes: 200, runs: 2, concurrency: 2 })
  await executeOn(subject, one, false)
  const { execution } = await executeOn(subject, one, true)
  const bytes = execution.eventBytes / nodesOf(one.scenario)
  if (subject.open.floor) await subject.open.floor(floorWork(one.scenario, execution, bytes))
  return bytes
}

async function executeOn({ open, folder }: Subject, prepared: Prepared, sizes: boolean) {
  const store = await open.begin()
  const execution = await execute(prepared, { store, artifactsDir: join(folder, 'runs'), sizes })
  return { execution, written: await open.end(store) }
}

async function timed(floor: (work: FloorWork) => Promise<void>, work: FloorWork): Promise<number> {
  const began = performance.now()
  await floor(work)
  return performance.now() - began
}

/** How many nodes a scenario runs in all. */
export function nodesOf({ nodes, runs }: Pick<Scenario, 'nodes' | 'runs'>): number {
  return nodes * runs
}

/**
 * What can't be done without: a commit a node where each node waits for the one before, and where nodes are
 * independent as many as the engine made, with all the nodes' rows in them.
 */
function floorWork(scenario: Scenario, { commits }: Execution, bytesARow: number): FloorWork {
  const nodes = nodesOf(scenario)
  const { runs: logs, concurrency } = scenario
  if (scenario.shape === 'chain') return { commits: nodes, rowsACommit: 1, bytesARow, logs, concurrency }
  return { commits, rowsACommit: nodes / commits, bytesARow, logs, concurrency }
}
