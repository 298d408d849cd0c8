import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseOrThrow } from '../compile.ts'
import { scratchFolder, workflowOf } from '../run-fixture.test-support.ts'
import { scriptFaults } from './script-faults.ts'

let cwd: string

beforeEach(async () => {
  cwd = await scratchFolder()
})

async function put(name: string) {
  const path = join(cwd, '.ion/scripts', name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, '')
}

const faults = async (nodes: string, path = process.env.PATH) =>
  (await scriptFaults(parseOrThrow(workflowOf(nodes), null), { cwd, env: { PATH: path } })).map(
    ({ node, code, message }) => ({ node, code, message }),
  )

describe('scriptFaults', () => {
  it('finds nothing wrong with scripts that can be run', async () => {
    await put('job.py')
    expect(
      await faults('- id: a\n  script: job\n- id: b\n  runtime: node\n  script: console.log(1)'),
    ).toEqual([])
  })

  it('gives every fault at once, each with its node', async () => {
    await put('two.py')
    await put('deeper/two.ts')
    await put('one.py')
    const nodes = `
- id: lost
  script: onne
- id: twice
  script: two
- id: foreign
  script: one
  runtime: bun
- id: bare
  script: f(x)`
    expect(await faults(nodes)).toMatchObject([
      { node: 'lost', code: 'missing_script', message: expect.stringContaining('did you mean `one`?') },
      { node: 'twice', code: 'invalid_script', message: expect.stringContaining('two.ts') },
      { node: 'foreign', code: 'invalid_script', message: expect.stringContaining('bun') },
      { node: 'bare', code: 'invalid_script', message: expect.stringContaining('runtime') },
    ])
  })

  it('says what has to be installed', async () => {
    const nodes =
      '- id: a\n  runtime: uv\n  script: |\n    print(1)\n- id: b\n  runtime: node\n  deps: [x]\n  script: |\n    console.log(1)'
    expect(await faults(nodes, '/nowhere')).toMatchObject([
      { node: 'a', code: 'missing_runtime', message: expect.stringContaining('uv or python3') },
      { node: 'b', code: 'missing_runtime', message: expect.stringContaining('npm') },
    ])
  })
})
