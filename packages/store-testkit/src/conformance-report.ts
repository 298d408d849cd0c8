import type { Area } from './conformance-case.ts'
import type { StoreSubject } from './subject.ts'

/** What a case came to. */
export interface CaseResult {
  area: Area
  name: string
  outcome: 'passed' | 'failed' | 'skipped'
  /** Why it was skipped, or how it failed. */
  reason?: string
}

/** How many cases came to what. */
export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** What the suite found out about a store. */
export interface ConformanceReport {
  /** The store's name. */
  store: string
  /** What the store declares: its abilities, and whose clock is its own. */
  declared: { [what: string]: string }
  total: Tally
  areas: ({ area: Area } & Tally)[]
  /** Why cases were skipped, and how many for each reason. */
  skipped: { reason: string; cases: number }[]
  failed: { area: Area; name: string; reason: string }[]
  /** The report in plain lines. */
  text: string
}

/**
 * Sums up what the cases of the suite came to.
 *
 * @example
 * const results: CaseResult[] = []
 * for (const { area, name, skipped, run } of storeConformance(subject)) {
 *   if (skipped !== null) results.push({ area, name, outcome: 'skipped', reason: skipped })
 *   else await run().then(
 *     () => results.push({ area, name, outcome: 'passed' }),
 *     (error: Error) => results.push({ area, name, outcome: 'failed', reason: error.message }),
 *   )
 * }
 * console.log(conformanceReport(subject, results).text)
 */
export function conformanceReport(subject: StoreSubject, results: readonly CaseResult[]): ConformanceReport {
  const areas = [...new Set(results.map(({ area }) => area))].map((area) => ({
    area,
    ...tally(results.filter((result) => result.area === area)),
  }))
  const report = {
    store: subject.name,
    declared: declaredBy(subject),
    total: tally(results),
    areas,
    skipped: skippedOf(results),
    failed: results
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ area, name, reason = '' }) => ({ area, name, reason })),
  }
  return { ...report, text: textOf(report) }
}

function tally(results: readonly CaseResult[]): Tally {
  const count = (wanted: CaseResult['outcome']) => results.filter(({ outcome }) => outcome === wanted).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}

function declaredBy({ abilities, clock = 'process' }: StoreSubject): ConformanceReport['declared'] {
  const { processes, hosts, maxEventBytes } = abilities
  return {
    processes: `${processes} at once`,
    hosts: `${hosts} at once`,
    'an event': `up to ${maxEventBytes} bytes`,
    clock: clock === 'server' ? 'one for all processes' : 'that of each process',
  }
}

function skippedOf(results: readonly CaseResult[]): ConformanceReport['skipped'] {
  const cases = new Map<string, number>()
  for (const { outcome, reason = 'no reason given' } of results) {
    if (outcome === 'skipped') cases.set(reason, (cases.get(reason) ?? 0) + 1)
  }
  return [...cases].map(([reason, count]) => ({ reason, cases: count }))
}

const inWords = ({ passed, failed, skipped }: Tally) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`

function textOf({ store, declared, total, areas, skipped, failed }: Omit<ConformanceReport, 'text'>): string {
  const width = Math.max(0, ...areas.map(({ area }) => area.length))
  return [
    `${store}: ${inWords(total)}`,
    ...areas.map(({ area, ...each }) => `  ${area.padEnd(width)}  ${inWords(each)}`),
    `declared: ${Object.entries(declared)
      .map(([what, value]) => `${what} ${value}`)
      .join('; ')}`,
    ...skipped.map(({ reason, cases }) => `skipped: ${cases} ${cases === 1 ? 'case' : 'cases'} (${reason})`),
    ...failed.map(({ area, name }) => `failed: ${area}: ${name}`),
  ].join('\n')
}
