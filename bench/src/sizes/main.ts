// Measures what it takes to look at a store with many finished runs, beside an empty one.
//   node bench/src/sizes/main.ts --help
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { machineFacts } from '../machine.ts'
import { spreadOf } from '../statistics.ts'
import { openByUrl } from '../stores/open-by-url.ts'
import { table } from '../table.ts'
import { cursorOfPage } from './cursor-of-page.ts'
import { fillStore } from './fill-store.ts'

const usage = `Measures what it takes to look at a store with many finished runs, beside an empty one.

  npm run bench:sizes -- [options]

  --store <names>  only these: files, sqlite
  --runs <n>       how many finished runs (default 10000)
  --rounds <n>     how often each is measured (default 5)

The packages must be built: what is measured is the command as it is installed.
`

const urls = {
  files: (folder: string) => pathToFileURL(join(folder, 'runs')).href,
  sqlite: (folder: string) => pathToFileURL(join(folder, 'ion.db')).href.replace(/^file:/, 'sqlite:'),
}
type StoreName = keyof typeof urls

const ion = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url))
const readPage = fileURLToPath(new URL('read-page.ts', import.meta.url))

/** A way to look, as the arguments of a new process. */
interface Look {
  name: string
  /** Arguments for a place, whose store has no runs or many. */
  arguments(place: Place): string[]
  /** A store without runs has none to show. */
  needsRuns?: boolean
}

interface Place {
  url: string
  cwd: string
  /** Where the hundredth page of a hundred runs begins; absent where there are not so many. */
  cursor?: string
}

const looks: Look[] = [
  { name: 'ion list', arguments: () => [ion, 'list'] },
  { name: 'ion list --all', arguments: () => [ion, 'list', '--all'] },
  { name: 'page 100 of 100 runs', arguments: ({ cursor }) => [readPage, ...(cursor ? [cursor] : [])] },
  { name: 'ion show latest', arguments: () => [ion, 'show', 'latest'], needsRuns: true },
  { name: 'ion usage', arguments: () => [ion, 'usage'] },
]

function timed(arguments_: string[], { url, cwd }: Place): number {
  const began = performance.now()
  const env = { ...process.env, ION_STORE: url }
  const { status, stderr } = spawnSync(process.execPath, arguments_, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${arguments_.join(' ')} exits with ${status}: ${stderr}`)
  return performance.now() - began
}

async function makePlace(folder: string, name: StoreName, runs: number): Promise<Place> {
  mkdirSync(folder, { recursive: true })
  const url = urls[name](folder)
  const store = await openByUrl(url)
  await fillStore(store, { runs, artifactsDir: join(folder, 'artifacts') })
  const cursor = await cursorOfPage(store, { page: 100, limit: 100 })
  await store.close()
  return { url, cwd: folder, ...(cursor === undefined ? {} : { cursor }) }
}

async function measureStore(
  name: StoreName,
  place: string,
  { runs, rounds }: { runs: number; rounds: number },
) {
  const [empty, full] = [
    await makePlace(join(place, name, 'empty'), name, 0),
    await makePlace(join(place, name, 'full'), name, runs),
  ]
  const rows: string[][] = []
  // The first look may have to read what later ones find prepared: it is told by itself.
  rows.push(['ion list, the first time', name, written([timed([ion, 'list'], full)]), '–'])
  for (const look of looks) {
    const [there, nothing]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      there.push(timed(look.arguments(full), full))
      if (!look.needsRuns) nothing.push(timed(look.arguments(empty), empty))
    }
    rows.push([look.name, name, written(there), nothing.length > 0 ? written(nothing) : '–'])
  }
  return rows
}

function written(values: number[]): string {
  const { median, least, most } = spreadOf(values)
  return values.length === 1
    ? `${Math.round(median)}`
    : `${Math.round(median)} (${Math.round(least)}–${Math.round(most)})`
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      store: { type: 'string', multiple: true },
      runs: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '5' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const [runs, rounds] = [wholeNumber('--runs', values.runs), wholeNumber('--rounds', values.rounds)]
  const names = chosenStores(values.store)
  const folder = mkdtempSync(join(tmpdir(), 'ion-bench-'))
  try {
    const { cpu, cpus, load, node, fileSystem } = machineFacts(folder)
    process.stdout.write(`${cpus} × ${cpu}, load ${load.toFixed(1)}; Node ${node}; ${fileSystem}\n\n`)
    const rows: string[][] = []
    for (const name of names) rows.push(...(await measureStore(name, folder, { runs, rounds })))
    const headings = ['look', 'store', `ms with ${runs.toLocaleString('en-US')} runs`, 'ms with none']
    process.stdout.write(`${table(headings, rows)}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option} takes a whole number from 1`)
  return value
}

function chosenStores(given: string[] | undefined): StoreName[] {
  const all: StoreName[] = ['files', 'sqlite']
  const wanted = given?.flatMap((text) => text.split(',')) ?? all
  const unknown = wanted.find((name) => !all.some((known) => known === name))
  if (unknown !== undefined) throw new Error(`--store ${unknown}: one of ${all.join(', ')}`)
  return all.filter((name) => wanted.includes(name))
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})
