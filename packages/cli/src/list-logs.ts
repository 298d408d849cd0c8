import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunPaths } from './run-paths.ts'

/** The log of one attempt. */
export interface AttemptLog {
  /** The node's path. */
  path: string
  attempt: number
  file: string
}

/**
 * The logs that there are of a run.
 *
 * @param order - Paths in the order they are wanted; iterations come in the order of their numbers.
 */
export async function listAttemptLogs(
  { logs }: Pick<RunPaths, 'logs'>,
  order: readonly string[],
): Promise<AttemptLog[]> {
  const found = await Promise.all(order.map(async (path) => await logsOf(logs, path)))
  return found.flat()
}

async function logsOf(logs: string, path: string): Promise<AttemptLog[]> {
  const folder = join(logs, path)
  const names = await readdir(folder).catch((): string[] => [])
  return names
    .flatMap((name) => {
      const attempt = Number(/^attempt-(\d+)\.log$/.exec(name)?.[1])
      return Number.isInteger(attempt) ? [{ path, attempt, file: join(folder, name) }] : []
    })
    .sort((a, b) => a.attempt - b.attempt)
}
