import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createProject, ion, jsonLines } from './ion.ts'

let cwd = ''
beforeAll(async () => {
  cwd = createProject({
    '.ion/workflows/build.yaml': `name: build
nodes:
  - { id: page, bash: 'printf "<p>hi" > $ARTIFACTS_DIR/index.html' }
  - { id: link, depends_on: [page], bash: 'ln -s / $ARTIFACTS_DIR/root' }
`,
  })
  await ion(['run', 'build', '--id', 'b1'], { cwd })
})

describe('ion artifacts', () => {
  it('shows the files that nodes left, and which could not be recorded', async () => {
    const { exitCode, stdout } = await ion(['artifacts', 'b1'], { cwd })
    expect([exitCode, stdout.split('\n')]).toEqual([
      0,
      ['index.html  by page  5 bytes', 'root        by link  it is a link, which is not followed', ''],
    ])
    const [data] = jsonLines((await ion(['artifacts', 'b1', '--json'], { cwd })).stdout)
    expect(data).toMatchObject({
      schema: 'ion/artifacts@1',
      folder: join(cwd, '.ion/runs/b1/artifacts'),
      artifacts: [{ key: 'index.html', mediaType: 'text/html', size: 5 }, { key: 'root' }],
    })
  })

  it('prints one of them, and fails where it is none or was changed', async () => {
    expect((await ion(['artifacts', 'b1', 'index.html'], { cwd })).stdout).toBe('<p>hi')
    const missing = await ion(['artifacts', 'b1', 'index.htm'], { cwd })
    expect([missing.exitCode, missing.stderr]).toEqual([
      4,
      expect.stringContaining('run b1 has no artifact "index.htm"'),
    ])
    const path = join(cwd, '.ion/runs/b1/artifacts/index.html')
    const content = readFileSync(path)
    writeFileSync(path, '<p>ho')
    const changed = await ion(['artifacts', 'b1', 'index.html'], { cwd })
    expect([changed.exitCode, changed.stderr]).toEqual([
      1,
      expect.stringContaining('is not what it was when page ended'),
    ])
    writeFileSync(path, content)
  })
})

describe('ion annotate', () => {
  it('puts notes to a run and its nodes, which ion show shows', async () => {
    const note = async (...args: string[]) => await ion(['annotate', 'b1', ...args], { cwd })
    const first = await note('score=4', '--node', 'page', '--attempt', '1', '--by', 'ann')
    expect(first).toMatchObject({ exitCode: 0, stdout: '', stderr: 'annotation 1 of run b1\n' })
    const second = await note('verdict=ship it', '--by', 'bob', '--idempotency-key', 'k', '--json')
    expect(jsonLines(second.stdout)).toMatchObject([
      { schema: 'ion/annotation@1', sequence: 2, key: 'verdict', value: 'ship it', actor: 'bob' },
    ])
    const { stdout } = await ion(['show', 'b1'], { cwd })
    expect(stdout).toContain('\nfiles\nindex.html  by page  5 bytes\n')
    expect(stdout).toMatch(/\nnotes\nscore=4 +on page, attempt 1 +by ann, .*\nverdict=ship it +by bob, /)
  })

  it('is refused for a node that the run does not have', async () => {
    const refused = await ion(['annotate', 'b1', 'a=1', '--node', 'pag'], { cwd })
    expect([refused.exitCode, refused.stderr]).toEqual([
      4,
      expect.stringContaining('run b1 has no node "pag"'),
    ])
  })
})
