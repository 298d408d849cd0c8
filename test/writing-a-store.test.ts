import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StoreModule } from '@ion/store'
import { describeStore } from '@ion/store-testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const example = join(root, 'examples/custom-store')
const module = new URL('../examples/custom-store/level-store.ts', import.meta.url).href
const main = join(root, 'packages/cli/dist/main.js')
const guide = join(root, 'docs/writing-a-store.md')
const { guideFiles, guideSteps } = await import(new URL('../scripts/guide-steps.mjs', import.meta.url).href)

const sources = ['keys.ts', 'database.ts', 'level-store.ts']

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ion-level-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the guide to writing a store', () => {
  const files: Map<string, string> = guideFiles(guideSteps(readFileSync(guide, 'utf8')))

  it.each([...sources, 'level-store.test.ts'])('shows %s as it is in the example', (name) => {
    expect(files.get(name)).toBe(readFileSync(join(example, name), 'utf8'))
  })

  it('shows a store of at most 250 lines', () => {
    const lines = sources.flatMap((name) => (files.get(name) ?? '').trimEnd().split('\n'))
    expect(lines.length).toBeLessThanOrEqual(250)
  })

  it.skipIf(!process.env.ION_LONG)(
    'leads from an empty folder to a green kit and a run on the command line (ION_LONG=1 types it)',
    () => {
      const args = [join(root, 'scripts/type-guide.mjs'), guide]
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
      expect(status, stdout + stderr).toBe(0)
      expect(stdout).toMatch(/fail 0$/m)
      expect(stdout).toContain('Sent, Hello from LevelDB')
    },
    600_000,
  )
})

describeStore(
  {
    name: 'LevelStore',
    module,
    url: async () => {
      const place = await mkdtemp(join(tmpdir(), 'ion-level-kit-'))
      return { url: `level:${place}`, cleanup: () => rm(place, { recursive: true }) }
    },
    abilities: { processes: 'one', hosts: 'one', maxEventBytes: 1024 * 1024 },
  },
  { describe, it },
)

describe('the store of the guide', () => {
  it('is for one process: another is told so', async () => {
    const { openStore }: StoreModule = await import(module)
    const store = await openStore(`level:${folder}`)
    const text = `const { openStore } = await import(${JSON.stringify(module)})
      await openStore(${JSON.stringify(`level:${folder}`)}).catch(({ code, outcome }) => console.log(code, outcome))`
    const open = () =>
      execFileSync(process.execPath, [...process.execArgv, '--input-type=module', '--eval', text], {
        encoding: 'utf8',
      })
    expect(open()).toBe('unavailable none\n')
    await store.close()
    expect(open()).toBe('')
  })

  it('has what was acknowledged after kill -9, and the run goes on with it', async () => {
    const store = ['--store', `level:${join(folder, 'runs')}`, '--store-package', fileURLToPath(module)]
    const ion = (...args: string[]) => [main, ...args, ...store, '--cwd', folder]
    writeFileSync(
      join(folder, 'slow.yaml'),
      `name: slow
nodes:
  - { id: first, bash: 'echo ran >> ran.txt; echo 7' }
  - { id: second, depends_on: [first], bash: 'test -e killed || sleep 60; echo $(( $first.output * 6 ))' }
`,
    )
    const child = spawn(process.execPath, ion('run', './slow.yaml', '--json'))
    let printed = ''
    for await (const chunk of child.stdout) {
      printed += chunk
      if (/"node_started".*"second"|"second".*"node_started"/.test(printed)) child.kill('SIGKILL')
    }
    expect(printed).not.toContain('workflow_completed')

    writeFileSync(join(folder, 'killed'), '')
    const { status, stdout, stderr } = spawnSync(process.execPath, ion('resume', 'latest'), {
      encoding: 'utf8',
    })
    expect([status, stdout.trim()], stderr).toEqual([0, '42'])
    expect(readFileSync(join(folder, 'ran.txt'), 'utf8')).toBe('ran\n')
  })
})
