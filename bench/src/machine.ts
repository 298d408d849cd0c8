import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus, loadavg, release, type } from 'node:os'
import { join } from 'node:path'
import { median } from './statistics.ts'

/** What figures hang on. */
export interface Machine {
  cpu: string
  cpus: number
  /** How many processes wanted to run when the bench began, over the last minute. */
  load: number
  node: string
  system: string
  fileSystem: string
  /** Median of an append of 600 bytes and its flush, in microseconds. */
  flushUs: number
}

/** @param folder - Where the stores of the bench lie. */
export function machineFacts(folder: string): Machine {
  const processors = cpus()
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cpus: processors.length,
    load: loadavg()[0] ?? 0,
    node: process.version,
    system: `${type()} ${release()}`,
    fileSystem: fileSystemOf(folder),
    flushUs: flushCost(folder),
  }
}

function fileSystemOf(folder: string): string {
  try {
    const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
    const [, at = '', kind = 'unknown'] =
      mounts
        .map((line) => line.split(' '))
        .filter(([, point = '-']) => `${folder}/`.startsWith(point === '/' ? '/' : `${point}/`))
        .sort(([, a = ''], [, b = '']) => b.length - a.length)[0] ?? []
    return `${kind} at ${at}`
  } catch {
    return 'unknown'
  }
}

function flushCost(folder: string): number {
  const path = join(folder, 'flush')
  const file = openSync(path, 'a')
  const line = Buffer.alloc(600, 120)
  const costs = Array.from({ length: 300 }, () => {
    const began = performance.now()
    writeSync(file, line)
    fdatasyncSync(file)
    return (performance.now() - began) * 1000
  })
  closeSync(file)
  rmSync(path)
  return median(costs)
}
