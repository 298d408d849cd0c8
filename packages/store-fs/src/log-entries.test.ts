import {
  appendFileSync,
  existsSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { NewLogEntry } from '@ion/store'
import { expect, it } from 'vitest'
import { faultyFiles, type LogFaults, systemError } from './faulty-files.ts'
import { FilesystemStore } from './filesystem-store.ts'
import { freshFolder, openFolder, startedRun } from './scenario.ts'

const all = { limit: 1_000 }
const entry = (message: string): NewLogEntry => ({ time: '2026-01-31T10:00:00.000Z', level: 'info', message })
const pathIn = (folder: string) => join(folder, 'r', 'log-entries.jsonl')

async function messagesIn(folder: string): Promise<string[]> {
  return (await openFolder(folder).listLogEntries('r', all)).map(({ message }) => message)
}

async function folderWith(...messages: string[]): Promise<string> {
  const folder = freshFolder()
  const store = openFolder(folder)
  await startedRun(store)
  for (const message of messages) await store.writeLogEntries('r', [entry(message)])
  await store.close()
  return folder
}

it('makes no file for a run of which nothing was noted', async () => {
  const folder = await folderWith()
  expect(await messagesIn(folder)).toEqual([])
  expect(existsSync(pathIn(folder))).toBe(false)
})

it('writes a line an entry, for jq', async () => {
  const folder = await folderWith('one', 'two')
  const lines = readFileSync(pathIn(folder), 'utf8').split('\n')
  expect(lines).toEqual([JSON.stringify(entry('one')), JSON.stringify(entry('two')), ''])
})

it('has an entry once its line is whole, and goes on behind it', async () => {
  const folder = await folderWith('whole', 'cut off')
  truncateSync(pathIn(folder), statSync(pathIn(folder)).size - 1)
  expect(await messagesIn(folder)).toEqual(['whole'])
  await openFolder(folder).writeLogEntries('r', [entry('next')])
  // The next writer ends the line, of which nothing else was missing.
  expect(await messagesIn(folder)).toEqual(['whole', 'cut off', 'next'])
})

it('passes over lines that are no entries, and finds its way from any place', async () => {
  const folder = await folderWith('first')
  appendFileSync(pathIn(folder), '{"time":"2026-\n\n{"level":"info"}\n')
  const store = openFolder(folder)
  await store.writeLogEntries('r', [entry('last')])
  const [first, last] = await store.listLogEntries('r', all)
  expect([first?.message, last?.message]).toEqual(['first', 'last'])
  for (let after = 0; after <= (last?.sequence ?? 0); after++) {
    const found = await store.listLogEntries('r', { after, limit: 9 })
    const wanted = [first, last].filter((each) => each && each.sequence > after)
    expect(found, `after ${after}`).toEqual(wanted)
  }
})

it('says that entries could not be written, with what may have landed', async () => {
  const folder = await folderWith('before')
  const faults: LogFaults = {}
  const store = new FilesystemStore({ artifactsDir: folder }, { files: faultyFiles(faults) })
  faults.append = async () => {
    throw systemError('ENOSPC')
  }
  const refused = store.writeLogEntries('r', [entry('lost')])
  await expect(refused).rejects.toMatchObject({ code: 'unavailable', outcome: 'none' })
  faults.append = async (bytes, real) => await real.append(bytes.subarray(0, 5))
  const torn = store.writeLogEntries('r', [entry('torn')])
  await expect(torn).rejects.toMatchObject({ code: 'unavailable', outcome: 'unknown' })
  delete faults.append
  await store.writeLogEntries('r', [entry('after')])
  expect(await messagesIn(folder)).toEqual(['before', 'after'])
})

it('follows no symbolic link', async () => {
  const folder = await folderWith()
  const elsewhere = join(folder, 'elsewhere')
  writeFileSync(elsewhere, `${JSON.stringify(entry('of another'))}\n`)
  symlinkSync(elsewhere, pathIn(folder))
  expect(await messagesIn(folder)).toEqual([])
  await expect(openFolder(folder).writeLogEntries('r', [entry('mine')])).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(readFileSync(elsewhere, 'utf8')).not.toContain('mine')
})
