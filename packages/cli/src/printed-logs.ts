import { createReadStream } from 'node:fs'
import type { Cli } from './cli.ts'
import type { AttemptLog } from './list-logs.ts'
import { prefixLines } from './output/prefix-lines.ts'

/** Prints logs as they are. */
export async function printWhole({ terminal }: Cli, logs: AttemptLog[]): Promise<void> {
  if (logs.length === 0) terminal.note('nothing was printed')
  for (const { path, attempt, file } of logs) {
    if (logs.length > 1) terminal.note(`--- ${path}, attempt ${attempt}`)
    for await (const chunk of createReadStream(file)) {
      if (terminal.outputClosed) return
      await terminal.write(chunk)
    }
  }
}

/** Prints logs, each line with its node in front. */
export async function printPrefixed({ terminal }: Cli, logs: AttemptLog[]): Promise<void> {
  if (logs.length === 0) terminal.note('nothing was printed')
  const width = Math.max(0, ...logs.map(({ path }) => path.length))
  for (const { path, file } of logs) {
    const prefix = `${terminal.dataColors.dim(`${path.padEnd(width)} |`)} `
    for await (const lines of prefixLines(prefix, createReadStream(file))) {
      if (terminal.outputClosed) return
      await terminal.write(lines)
    }
  }
}
