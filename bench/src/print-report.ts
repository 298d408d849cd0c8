import type { Machine } from './machine.ts'
import type { Judged, Report, Row } from './report.ts'
import type { Spread } from './statistics.ts'
import { table } from './table.ts'

/** The report as text for a terminal. */
export function printReport({ machine, rounds, rows, growth, parsing, leftOut }: Report): string {
  const headings = ['scenario', 'store', 'µs a node', 'floor', '× floor', 'commits a node', 'bytes a node']
  const parts = [
    machineLines(machine),
    `Median (least–most) of ${rounds} interleaved ${rounds === 1 ? 'round' : 'rounds'}; [aim], ! where it is missed.`,
    table(headings, rows.map(cells)),
    table(
      ['a node of the long chain, over one of the short', ''],
      growth.map((one) => [one.store, judged(one, 2)]),
    ),
    `Parsing, no part of the above: ${parsing.map(({ label, ms }) => `${label} ${ms.toFixed(0)} ms`).join('; ')}.`,
    floorNote,
    ...leftOut.map(({ store, why }) => `${store} was left out: ${why}`),
  ]
  return `${parts.join('\n\n')}\n`
}

const floorNote = `Floors: files, one append and fdatasync a node; sqlite, one transaction a node with an insert and an update; postgres,
one prepared insert a node on one connection. With 20 runs at once: 20 files, 20 connections. Of a fan-out: as many
commits as the engine made, with all rows in them; what the engine itself costs is no part of it, so its ratio says little.`

function machineLines({ cpu, cpus, load, node, system, fileSystem, flushUs }: Machine): string {
  return [
    `${cpus} × ${cpu}, load ${load.toFixed(1)}; Node ${node}; ${system}`,
    `${fileSystem}; an append of 600 bytes with fdatasync: ${flushUs.toFixed(0)} µs`,
  ].join('\n')
}

function cells({ label, store, cost, floor, ratio, commits, bytes }: Row): string[] {
  return [
    label,
    store,
    spread(cost),
    floor ? spread(floor) : '–',
    ratio ? judged(ratio, 2) : '–',
    judged(commits, 3),
    bytes.map(({ what, bytes: count }) => `${count.toFixed(0)} ${what}`).join(', ') || '–',
  ]
}

function spread({ median, least, most }: Spread): string {
  const digits = median < 10 ? 1 : 0
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`
}

function judged({ value, aim, missed }: Judged, digits: number): string {
  if (aim === null) return value.toFixed(digits)
  return `${value.toFixed(digits)}${missed ? ' !' : ''} [≤ ${Number(aim.toFixed(digits))}]`
}
