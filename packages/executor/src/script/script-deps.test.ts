import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Bench, openBench, scratchFolder } from '../run-fixture.test-support.ts'

const run = promisify(execFile)
const bunFolder = join(dirname(createRequire(import.meta.url).resolve('bun/package.json')), '../.bin')

/** Slow where a virtual environment is made. */
const timeout = 110_000

let bench: Bench
let cache: string
let env: { [name: string]: string | undefined }

beforeEach(async () => {
  bench = await openBench()
  cache = await scratchFolder()
  env = {
    ...process.env,
    PATH: `${bunFolder}:${process.env.PATH}`,
    ION_CACHE_DIR: cache,
    // Nothing here may ask a registry.
    npm_config_offline: 'true',
    PIP_NO_INDEX: '1',
  }
})

/** Packs a package for npm into the directory of the runs. */
async function tarball(word: string): Promise<string> {
  const folder = await scratchFolder()
  const manifest = {
    name: 'greet',
    version: '1.0.0',
    type: 'module',
    main: 'index.js',
    bin: { greet: 'bin.js' },
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'index.js'), `export default ${JSON.stringify(word)}\n`)
  await writeFile(join(folder, 'bin.js'), `#!/usr/bin/env node\nconsole.log('bin of greet')\n`)
  await run('npm', ['pack', '--pack-destination', bench.cwd], { cwd: folder, env })
  return './greet-1.0.0.tgz'
}

/** Builds a wheel, which is a zip file with three facts in it, into the directory of the runs. */
async function wheel(): Promise<string> {
  const name = 'greet-1.0.0-py3-none-any.whl'
  const build = `
import sys, zipfile
info = 'greet-1.0.0.dist-info/'
files = {
  'greet.py': 'word = "hello from a wheel"\\ndef main(): print("bin of greet")\\n',
  info + 'METADATA': 'Metadata-Version: 2.1\\nName: greet\\nVersion: 1.0.0\\n',
  info + 'WHEEL': 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n',
  info + 'entry_points.txt': '[console_scripts]\\ngreet = greet:main\\n',
}
files[info + 'RECORD'] = ''.join(f'{name},,\\n' for name in [*files, info + 'RECORD'])
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
  for name, text in files.items(): archive.writestr(name, text)
`
  await run('python3', ['-c', build, join(bench.cwd, name)])
  return `./${name}`
}

const installs = async () => {
  const names = await readdir(join(cache, 'deps')).catch(() => [])
  return {
    named: names.filter((name) => name !== 'folders'),
    folders: await readdir(join(cache, 'deps/folders')).catch(() => []),
  }
}

const javascript = (runtime: string, dep: string, id = 'a') => `
- id: ${id}
  runtime: ${runtime}
  deps: ["${dep}"]
  script: |
    import { execFileSync } from 'node:child_process'
    import greet from 'greet'
    console.log(greet, execFileSync('greet', { encoding: 'utf8' }).trim())`

const python = (dep: string, id = 'a') => `
- id: ${id}
  runtime: python
  deps: ["${dep}"]
  script: |
    import greet, subprocess
    print(greet.word, subprocess.check_output(['greet'], text=True).strip())`

describe('the packages of a script', { timeout }, () => {
  it.each(['node', 'bun'])('are installed once and used again: %s', async (runtime) => {
    const dep = await tarball('hello from a tarball')
    for (const _ of ['first', 'second']) {
      const result = await bench.run(javascript(runtime, dep), { env })
      expect(result.error).toBeNull()
      expect(result.outputs.get('a')).toBe('hello from a tarball bin of greet')
    }
    const { named, folders } = await installs()
    expect(named).toEqual([expect.stringMatching(new RegExp(`^${runtime}-[0-9a-f]{32}$`))])
    expect(folders).toHaveLength(1)
    expect(await readdir(bench.cwd)).not.toContain('node_modules')
  })

  it.each(['node', 'bun'])('go before those of the project, for its modules too: %s', async (runtime) => {
    await mkdir(join(bench.cwd, 'node_modules/greet'), { recursive: true })
    await writeFile(join(bench.cwd, 'node_modules/greet/index.js'), 'module.exports = "of the project"')
    await writeFile(join(bench.cwd, 'tool.mts'), "import greet from 'greet'\nconsole.log(greet)")
    const dep = await tarball('of the node')
    const result = await bench.run(`- id: a\n  script: tool.mts\n  runtime: ${runtime}\n  deps: ["${dep}"]`, {
      env,
    })
    // bun looks into the project first, and offers no way to change that.
    expect(result.outputs.get('a')).toBe(runtime === 'node' ? 'of the node' : 'of the project')
  })

  it('are installed anew when the file they come from was built anew', async () => {
    const dep = await tarball('one')
    await bench.run(javascript('node', dep), { env })
    await tarball('two')
    expect((await bench.run(javascript('node', dep), { env })).outputs.get('a')).toBe('two bin of greet')
    expect((await installs()).named).toHaveLength(2)
  })

  it('are a virtual environment in Python, with its programs', async () => {
    const dep = await wheel()
    for (const _ of ['first', 'second']) {
      const result = await bench.run(python(dep), { env })
      expect(result.error).toBeNull()
      expect(result.outputs.get('a')).toBe('hello from a wheel bin of greet')
    }
    expect((await installs()).folders).toHaveLength(1)
  })

  it('are installed by uv where it is (a stand-in that records what it is called with)', async () => {
    const folder = await scratchFolder()
    const uv = join(folder, 'uv')
    const makeVenv = 'if [ "$1" = venv ]; then python3 -m venv --without-pip "$4"; fi'
    await writeFile(uv, `#!/bin/sh\necho "$@" >> ${folder}/called\n${makeVenv}\n`)
    await chmod(uv, 0o755)
    env.PATH = `${folder}:${env.PATH}`
    const result = await bench.run('- id: a\n  runtime: python\n  deps: [rich]\n  script: |\n    print(1)', {
      env,
    })
    expect(result.outputs.get('a')).toBe('1')
    const called = await readFile(join(folder, 'called'), 'utf8')
    expect(called).toMatch(/^venv --python \S+ (\S+)\npip install --python \1\/bin\/python -- rich\n$/)
  })

  it.each([
    ['node', './nowhere-1.0.0.tgz', /ENOENT/],
    ['python', './nowhere-1.0.0-py3-none-any.whl', /nowhere/],
  ])(
    'that can not be installed fail the node with what the installer said: %s',
    async (runtime, dep, why) => {
      const code = runtime === 'node' ? 'console.log(1)' : 'print(1)'
      const nodes = `- id: a\n  runtime: ${runtime}\n  deps: ["${dep}"]\n  script: |\n    ${code}`
      const result = await bench.run(nodes, { env })
      expect(result.nodes.get('a')).toMatchObject({
        payload: {
          error: { code: 'deps_failed', message: expect.stringMatching(why) },
        },
      })
      expect(await installs()).toEqual({ named: [], folders: [] })
    },
  )
})

describe('two scripts with the same packages', { timeout }, () => {
  it('share one install in one process', async () => {
    const dep = await tarball('shared')
    const result = await bench.run(javascript('node', dep, 'a') + javascript('node', dep, 'b'), { env })
    expect([...result.outputs.values()]).toEqual(['shared bin of greet', 'shared bin of greet'])
    expect((await installs()).folders).toHaveLength(1)
  })

  it('end up with one install in two processes at once', async () => {
    const dep = await wheel()
    const file = join(bench.cwd, 'run.ts')
    const source = (name: string) => import.meta.resolve(name)
    await writeFile(
      file,
      `import { executeWorkflow } from ${JSON.stringify(source('../execute.ts'))}
import { openStore } from ${JSON.stringify(source('@ion/store-testkit'))}
const workflow = ${JSON.stringify(`name: x\nnodes:${python(dep).replaceAll('\n', '\n  ')}\n`)}
const result = await executeWorkflow({ store: await openStore('memory:'), workflow, cwd: ${JSON.stringify(bench.cwd)} })
console.log(result.outputs.get('a') ?? JSON.stringify(result.error))`,
    )
    const both = await Promise.all(
      [1, 2].map(
        async () => await run(process.execPath, ['--conditions=ion-source', file], { env: { ...env } }),
      ),
    )
    expect(both.map(({ stdout }) => stdout.trim())).toEqual(Array(2).fill('hello from a wheel bin of greet'))
    const { named, folders } = await installs()
    expect(named).toHaveLength(1)
    expect(folders).toHaveLength(1)
  })

  it('does not lose the one when the other is ended while it installs', async () => {
    const dep = await tarball('shared')
    const impatient = javascript('node', dep, 'a').replace('  deps', '  timeout: 50ms\n  deps')
    const result = await bench.run(impatient + javascript('node', dep, 'b'), { env })
    expect(result.nodes.get('a')).toMatchObject({ payload: { error: { code: 'timeout' } } })
    expect(result.outputs.get('b')).toBe('shared bin of greet')
  })
})
