import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const describeStoreModule = new URL('./describe-store.ts', import.meta.url).href
const storeModule = new URL('./open-memory-store.ts', import.meta.url).href

/** The few lines that an author of a store writes, for Node's own runner. */
const fewLines = `
import { describe, it } from 'node:test'
import { describeStore } from '${describeStoreModule}'
const abilities = { processes: 'one', hosts: 'one', maxEventBytes: 1024 * 1024 }
let places = 0
const offers = ['annotations', 'annotation import', 'change hints', 'feed', 'imports', 'logs']
const url = () => \`memory:\${++places}\`
describeStore({ name: 'Mine', module: '${storeModule}', url, abilities, offers }, { describe, it })
`

describe('describeStore with node:test', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ion-node-test-'))
    await writeFile(join(folder, 'mine.test.mjs'), fewLines)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('runs every case, and names those it skips', async () => {
    const { NODE_OPTIONS, VITEST, ...env } = process.env
    const flags = [...process.execArgv, '--test', '--test-reporter=tap', join(folder, 'mine.test.mjs')]
    const { stdout } = await promisify(execFile)(process.execPath, flags, { env })
    expect(stdout).toMatch(/^# pass [1-9]\d\d+$/m)
    expect(stdout).toMatch(/^# fail 0$/m)
    expect(stdout).toMatch(/exactly one is granted \(needs several processes\) # SKIP/)
  })
})
