import { appendFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { completed, freshFolder, linesOf, logPath, openFolder, startedRun } from './scenario.ts'

const all = { limit: 1_000 }
const keysIn = async (folder: string) => {
  const found = await openFolder(folder).listAnnotations('r', all)
  return found.map(({ key, sequence }) => `${sequence} ${key}`)
}

it('has no annotation whose line was torn, and gives the next one its number', async () => {
  const folder = freshFolder()
  const store = openFolder(folder)
  await startedRun(store)
  await store.annotate('r', { key: 'whole', value: 1 })
  await store.annotate('r', { key: 'torn', value: 2 })
  await store.close()
  rmSync(join(folder, 'r', 'run.json'))
  truncateSync(logPath(folder), statSync(logPath(folder)).size - 1)
  expect(await keysIn(folder)).toEqual(['1 whole'])
  await openFolder(folder).annotate('r', { key: 'next', value: 3 })
  expect(await keysIn(folder)).toEqual(['1 whole', '2 next'])
})

it('says which annotation is gone where later lines know of it', async () => {
  const folder = freshFolder()
  const store = openFolder(folder)
  await startedRun(store)
  await store.annotate('r', { key: 'gone', value: 1 })
  await store.createWorkflowEvent('r', completed('x'))
  await store.close()
  const kept = linesOf(folder).filter((line) => !line.includes('"annotation":{'))
  writeFileSync(logPath(folder), kept.map((line) => `${line}\n`).join(''))
  const looking = openFolder(folder).getWorkflowRun('r')
  await expect(looking).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringMatching(/events\.jsonl:3: annotation 1 is damaged or gone/),
  })
})

it('counts the first of two annotations that went for one number', async () => {
  const folder = freshFolder()
  const store = openFolder(folder)
  await startedRun(store)
  await store.annotate('r', { key: 'first', value: 1 })
  const line = linesOf(folder).at(-1)
  appendFileSync(logPath(folder), `${line}\n`)
  expect(await keysIn(folder)).toEqual(['1 first'])
  await store.annotate('r', { key: 'second', value: 2 })
  expect(await keysIn(folder)).toEqual(['1 first', '2 second'])
})
