import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { claimedRun, completed, freshFolder, logPath, openFolder, readOutputs } from './scenario.ts'

/** A held run with an event, and its log as it stands. */
async function openRun() {
  const folder = freshFolder()
  const store = openFolder(folder)
  const claim = await claimedRun(store)
  const append = (sequence: number, output: string) =>
    store.appendEvents('r', {
      ...{ commitId: `c${sequence}`, expectedSequence: sequence, claim },
      events: [completed(output)],
    })
  await append(1, 'one')
  const path = logPath(folder)
  const later = () => utimesSync(path, new Date(), new Date(Date.now() + 5_000))
  return { folder, store, append, path, text: readFileSync(path, 'utf8'), later }
}

describe('a log that is overwritten in place while it is open', () => {
  it('is not written to any more, nor read', async () => {
    const { store, append, path, text, later } = await openRun()
    writeFileSync(path, text.replace('"one"', '"two"'))
    later()
    const damaged = { code: 'corrupt', message: expect.stringContaining(`${path}:`) }
    await expect(append(2, 'three')).rejects.toMatchObject(damaged)
    await expect(readOutputs(store)).rejects.toMatchObject(damaged)
    expect(readFileSync(path, 'utf8')).toBe(text.replace('"one"', '"two"'))
  })

  it('goes on when it is the same as before', async () => {
    const { folder, store, append, path, text, later } = await openRun()
    for (let sequence = 2; sequence < 8; sequence++) {
      writeFileSync(path, readFileSync(path, 'utf8'))
      later()
      await append(sequence, `${sequence}`)
    }
    expect(readFileSync(path, 'utf8').startsWith(text)).toBe(true)
    expect(await readOutputs(openFolder(join(folder)))).toEqual(await readOutputs(store))
    expect(await readOutputs(store)).toHaveLength(7)
  })
})
