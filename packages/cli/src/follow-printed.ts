import { open, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { IWorkflowStore } from '@ion/store'
import type { Cli } from './cli.ts'
import type { AttemptLog } from './list-logs.ts'
import { looks } from './log-entries.ts'

/** What of a run is followed. */
export interface FollowedLogs {
  store: IWorkflowStore
  runId: string
  /** The folder of its logs. */
  folder: string
  /** Only this path, and what ran inside it. Its lines have no prefix. */
  node: string | undefined
  attempt: number | undefined
}

/** Prints what nodes have printed, and what they print until the run has ended: each line with its node in front, unless one was named. */
export async function followPrinted(cli: Cli, followed: FollowedLogs): Promise<void> {
  const growing = new Map<string, GrowingLog>()
  for await (const _ of looks(followed)) {
    for (const log of await logsIn(followed)) {
      const known = growing.get(log.file) ?? new GrowingLog(log)
      growing.set(log.file, known)
      await printLines(cli, followed, known.log, await known.more())
      if (cli.terminal.outputClosed) return
    }
  }
  for (const { log, rest } of growing.values())
    await printLines(cli, followed, log, rest === '' ? [] : [rest])
}

async function printLines(
  { terminal, options }: Cli,
  { runId, node }: FollowedLogs,
  { path: nodeId, attempt }: AttemptLog,
  lines: readonly string[],
): Promise<void> {
  const prefix = node === undefined ? `${terminal.dataColors.dim(`${nodeId} |`)} ` : ''
  for (const text of lines) {
    if (options.json) terminal.printJson({ schema: 'ion/log-line@1', runId, nodeId, attempt, text })
    else await terminal.write(`${prefix}${text}\n`)
  }
}

/** The logs that there are by now, those first that were written to longest ago. */
async function logsIn({ folder, node, attempt }: FollowedLogs): Promise<AttemptLog[]> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => [])
  const found = names.flatMap((name) => {
    const number = Number(/(?:^|[/\\])attempt-(\d+)\.log$/.exec(name)?.[1])
    const file = join(folder, name)
    const path = relative(folder, dirname(file)).split(sep).join('/')
    const isWanted = node === undefined || path === node || path.startsWith(`${node}/`)
    if (!Number.isInteger(number) || !isWanted || (attempt !== undefined && attempt !== number)) return []
    return [{ path, attempt: number, file }]
  })
  const aged = await Promise.all(
    found.map(async (log) => ({ log, changedMs: (await stat(log.file).catch(() => null))?.mtimeMs ?? 0 })),
  )
  return aged.sort((a, b) => a.changedMs - b.changedMs).map(({ log }) => log)
}

/** A log that may still be written to, read once. */
class GrowingLog {
  readonly log: AttemptLog
  /** The beginning of a line whose end has not been printed yet. */
  rest = ''
  readonly #decoder = new TextDecoder()
  #offset = 0

  constructor(log: AttemptLog) {
    this.log = log
  }

  /** The whole lines that are new since the last look. */
  async more(): Promise<string[]> {
    const file = await open(this.log.file, 'r').catch(() => null)
    if (!file) return []
    const lines: string[] = []
    try {
      const chunk = Buffer.alloc(64 * 1024)
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, this.#offset)
        if (bytesRead === 0) return lines
        this.#offset += bytesRead
        const parts =
          `${this.rest}${this.#decoder.decode(chunk.subarray(0, bytesRead), { stream: true })}`.split('\n')
        this.rest = parts.pop() ?? ''
        lines.push(...parts)
      }
    } finally {
      await file.close()
    }
  }
}
