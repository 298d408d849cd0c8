// Measures what a durable node costs on each store, beside the bare writes that it can't do without.
//   node bench/src/main.ts --help
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine, usage, type Wanted } from './command-line.ts'
import { prepare } from './engine.ts'
import { machineFacts } from './machine.ts'
import { measure, type Subject } from './measure.ts'
import { printReport } from './print-report.ts'
import { type LeftOut, type Report, reportOf } from './report.ts'
import { scenarios } from './scenarios.ts'
import { files } from './stores/files.ts'
import { memory } from './stores/memory.ts'
import { postgres } from './stores/postgres.ts'
import { sqlite, sqliteNormal } from './stores/sqlite.ts'

const benchStores = [memory, files, sqlite, sqliteNormal, postgres]

async function bench(wanted: Wanted, folder: string): Promise<Report> {
  const machine = machineFacts(folder)
  const prepared = scenarios(wanted.quick)
    .filter(({ name }) => wanted.scenarios.includes(name))
    .map(prepare)
  const subjects: Subject[] = []
  const leftOut: LeftOut[] = []
  try {
    for (const { name, open } of benchStores.filter((store) => wanted.stores.includes(store.name))) {
      const own = join(folder, name)
      mkdirSync(own)
      try {
        subjects.push({ name, open: await open(own), folder: own })
      } catch (error) {
        leftOut.push({ store: name, why: error instanceof Error ? error.message : String(error) })
      }
    }
    const { rounds } = wanted
    const measurements = await measure({ subjects, prepared, rounds, onProgress: tellProgress })
    const stores = subjects.map(({ name }) => name)
    return reportOf({ machine, rounds, stores, prepared, measurements, leftOut })
  } finally {
    for (const { open } of subjects) await open.close()
  }
}

function tellProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\u001b[2K\r${what} … `)
}

async function main(): Promise<void> {
  const wanted = readCommandLine(process.argv.slice(2))
  if (wanted.help) {
    process.stdout.write(usage)
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'ion-bench-'))
  try {
    const report = await bench(wanted, folder)
    if (process.stderr.isTTY) process.stderr.write('\u001b[2K\r')
    process.stdout.write(wanted.json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})
