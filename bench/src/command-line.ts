import { parseArgs } from 'node:util'
import { type ScenarioName, scenarioNames } from './scenarios.ts'
import { type StoreName, storeNames } from './stores/bench-store.ts'

export const usage = `Measures what a durable node costs, beside the raw floor of each store.

  npm run bench:stores -- [options]

  --store <names>     only these: ${storeNames.join(', ')}
  --scenario <names>  only these: ${scenarioNames.join(', ')}
  --rounds <n>        how often everything is measured (default 5)
  --quick             a tenth of the sizes, one round: to see that it works
  --json              the figures as JSON

Postgres: the server that ION_BENCH_POSTGRES_URL names, else a throwaway one.
`

/** What the bench was asked for. */
export interface Wanted {
  stores: StoreName[]
  scenarios: ScenarioName[]
  rounds: number
  quick: boolean
  json: boolean
  help: boolean
}

/** @throws {Error} with a message for a person. */
export function readCommandLine(args: string[]): Wanted {
  const { values } = parseArgs({
    args,
    options: {
      store: { type: 'string', multiple: true },
      scenario: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { quick, json, help } = values
  const rounds = Number(values.rounds ?? (quick ? 1 : 5))
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1')
  return {
    stores: chosen('--store', storeNames, values.store),
    scenarios: chosen('--scenario', scenarioNames, values.scenario),
    ...{ rounds, quick, json, help },
  }
}

/** Those of the names that were given, by one option or several, commas between them; all when none was. */
function chosen<Name extends string>(
  option: string,
  names: readonly Name[],
  given: string[] | undefined,
): Name[] {
  if (!given) return [...names]
  const wanted = new Set(given.flatMap((text) => text.split(',')))
  const unknown = [...wanted].find((name) => !names.some((known) => known === name))
  if (unknown !== undefined) throw new Error(`${option} ${unknown}: one of ${names.join(', ')}`)
  return names.filter((name) => wanted.has(name))
}
