import type { Prepared } from './engine.ts'
import type { Machine } from './machine.ts'
import { type Measurement, nodesOf } from './measure.ts'
import { growthAim, ratioAim, type ScenarioName } from './scenarios.ts'
import { median, type Spread, spreadOf } from './statistics.ts'
import type { StoreName } from './stores/bench-store.ts'

/** A figure beside what it should be at most. */
export interface Judged {
  value: number
  /** `null` where nothing is aimed at. */
  aim: number | null
  missed: boolean
}

/** What a scenario came to on a store. */
export interface Row {
  store: StoreName
  scenario: ScenarioName
  label: string
  /** Microseconds a node. */
  cost: Spread
  /** Microseconds a node; `null` where the store has no floor. */
  floor: Spread | null
  /** The cost over the floor beside it, the median of the rounds. */
  ratio: Judged | null
  /** Commits a node. */
  commits: Judged
  /** Bytes a node, by what was written. */
  bytes: { what: string; bytes: number }[]
}

/** How many times as much a node of the long chain costs as one of the short, the median of the rounds. */
export interface Growth extends Judged {
  store: StoreName
}

/** A store that could not be measured. */
export interface LeftOut {
  store: StoreName
  why: string
}

/** Everything that was found. */
export interface Report {
  machine: Machine
  rounds: number
  rows: Row[]
  growth: Growth[]
  parsing: { label: string; ms: number }[]
  leftOut: LeftOut[]
}

/** Puts the figures together. */
export function reportOf(facts: {
  machine: Machine
  rounds: number
  stores: StoreName[]
  prepared: Prepared[]
  measurements: Measurement[]
  leftOut: LeftOut[]
}): Report {
  const { machine, rounds, stores, prepared, measurements, leftOut } = facts
  const rows = prepared.flatMap((one) => stores.map((store) => rowOf(store, one, measurements)))
  return {
    machine,
    rounds,
    rows,
    growth: stores.flatMap((store) => growthOf(store, prepared, measurements) ?? []),
    parsing: prepared.map(({ scenario, parseMs }) => ({ label: scenario.label, ms: parseMs })),
    leftOut,
  }
}

function rowOf(store: StoreName, { scenario }: Prepared, all: Measurement[]): Row {
  const own = all.filter((one) => one.store === store && one.scenario === scenario.name)
  const nodes = nodesOf(scenario)
  const perNode = (ms: number) => (ms * 1000) / nodes
  const floors = own.flatMap(({ floorMs }) => floorMs ?? [])
  const ratios = own.flatMap(({ execution, floorMs }) => (floorMs === null ? [] : execution.ms / floorMs))
  const commits = median(own.map(({ execution }) => execution.commits / nodes))
  const kinds = own[0]?.written.map(({ what }) => what) ?? []
  return {
    store,
    scenario: scenario.name,
    label: scenario.label,
    cost: spreadOf(own.map(({ execution }) => perNode(execution.ms))),
    floor: floors.length > 0 ? spreadOf(floors.map(perNode)) : null,
    ratio: ratios.length > 0 ? judge(median(ratios), ratioAim) : null,
    commits: judge(commits, scenario.commitsAim),
    bytes: kinds.map((what, index) => ({
      what,
      bytes: median(own.map(({ written }) => (written[index]?.bytes ?? 0) / nodes)),
    })),
  }
}

function growthOf(store: StoreName, prepared: Prepared[], all: Measurement[]): Growth | null {
  const costs = (name: ScenarioName) => {
    const nodes = prepared.find(({ scenario }) => scenario.name === name)?.scenario.nodes ?? Number.NaN
    const own = all.filter((one) => one.store === store && one.scenario === name)
    return own.map(({ execution }) => execution.ms / nodes)
  }
  const long = costs('long-chain')
  const ratios = costs('chain').flatMap((short, round) => {
    const beside = long[round]
    return beside === undefined ? [] : beside / short
  })
  return ratios.length > 0 ? { store, ...judge(median(ratios), growthAim) } : null
}

function judge(value: number, aim: number | null): Judged {
  return { value, aim, missed: aim !== null && value > aim }
}
