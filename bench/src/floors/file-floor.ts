import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { atOnce } from '../at-once.ts'
import { type Floor, type FloorWork, payloadOf } from './floor.ts'

/** Appends a line and flushes it: with the synchronous calls, or, where several logs are written at once, the others. */
export function fileFloor(folder: string): Floor {
  return async (work) => {
    const lines = Buffer.from(`${payloadOf(work.bytesARow)}\n`.repeat(Math.round(work.rowsACommit)))
    const path = (log: number) => join(folder, `floor-${log}.jsonl`)
    if (work.concurrency === 1) appendTo(path(0), lines, work.commits)
    else await appendToMany(path, lines, work)
    for (let log = 0; log < work.logs; log++) rmSync(path(log))
  }
}

function appendTo(path: string, lines: Buffer, times: number): void {
  const file = openSync(path, 'a')
  for (let index = 0; index < times; index++) {
    writeSync(file, lines)
    fdatasyncSync(file)
  }
  closeSync(file)
}

async function appendToMany(path: (log: number) => string, lines: Buffer, work: FloorWork): Promise<void> {
  await atOnce({ count: work.logs, concurrency: work.concurrency }, async (log) => {
    const file = await open(path(log), 'a')
    for (let index = 0; index < work.commits / work.logs; index++) {
      await file.write(lines)
      await file.datasync()
    }
    await file.close()
  })
}
