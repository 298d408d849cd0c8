// A consumer of a store's feed, as a process: notes every event that it meets in `met`, then its cursor in `cursor`, and never ends.
//   node feed-consumer.ts <module of the store> <url> <folder>
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasEventFeed, type StoreModule } from '@ion/store'

const [module = '', url = '', folder = ''] = process.argv.slice(2)
const { openStore }: StoreModule = await import(module)
const store = await openStore(url)
if (!hasEventFeed(store)) throw new Error(`${module} has no feed`)

const cursorFile = join(folder, 'cursor')
let after = existsSync(cursorFile) ? { after: readFileSync(cursorFile, 'utf8') } : {}
appendFileSync(join(folder, 'met'), 'began\n')
process.stdout.write('began\n')
for (;;) {
  const { events, cursor } = await store.readEvents({ ...after, limit: 20 })
  for (const { runId, sequence } of events) appendFileSync(join(folder, 'met'), `${runId} ${sequence}\n`)
  writeFileSync(`${cursorFile}.new`, cursor)
  renameSync(`${cursorFile}.new`, cursorFile)
  after = { after: cursor }
  if (events.length === 0) await sleep(5)
}
