import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { executeWorkflow } from '../execute.ts'
import { resumeWorkflow } from '../resume.ts'
import { type Bench, openBench, scratchFolder, workflowOf } from '../run-fixture.test-support.ts'
import { findProgram } from './find-program.ts'

const bunFolder = join(dirname(createRequire(import.meta.url).resolve('bun/package.json')), '../.bin')
const hostEnv = { ...process.env, PATH: `${bunFolder}:${process.env.PATH}` }

/** The program itself, not a script that looks for it. */
const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim()

let bench: Bench
/** The programs that the runs of a test find; without one, those of this machine and bun. */
let env: { [name: string]: string | undefined }

beforeEach(async () => {
  bench = await openBench()
  env = hostEnv
})

const run = (nodes: string, options: object = {}) => bench.run(nodes, { env, ...options })

/** An environment whose PATH has these programs and no other. */
async function onlyWith(...programs: string[]) {
  const folder = await scratchFolder()
  const has = { PATH: hostEnv.PATH }
  for (const name of programs) {
    const path = name === 'python3' ? python : await findProgram(name, has)
    if (path === null) throw new Error(`this machine has no ${name}`)
    await symlink(path, join(folder, name))
  }
  return { ...hostEnv, PATH: folder }
}

async function script(name: string, text: string) {
  const path = join(bench.cwd, '.ion/scripts', name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

async function started(runId: string, nodeId: string) {
  const event = (await bench.events(runId)).find(
    (candidate) => candidate.type === 'node_started' && candidate.nodeId === nodeId,
  )
  return event?.payload
}

const typescript = `interface Point { x: number }
      const point: Point = { x: 3 }
      console.log(point.x, await Promise.resolve('later'))`

describe('a program in the workflow', () => {
  it.each(['node', 'bun'])('runs TypeScript with %s', async (runtime) => {
    const result = await run(`
- id: a
  runtime: ${runtime}
  script: |
      ${typescript}`)
    expect(result.error).toBeNull()
    expect(result.outputs.get('a')).toBe('3 later')
    expect(await started(result.runId, 'a')).toMatchObject({
      type: 'script',
      script: { inline: true, runtime },
    })
  })

  it('runs Python', async () => {
    const result = await run(`
- id: a
  runtime: python
  script: |
    import sys
    if sys.stdin.read() == '':
        print('nothing on stdin')`)
    expect(result.outputs.get('a')).toBe('nothing on stdin')
  })

  it.each(['node', 'bun'])('finds packages and files from the folder it runs in: %s', async (runtime) => {
    await mkdir(join(bench.cwd, 'node_modules/greet'), { recursive: true })
    await writeFile(
      join(bench.cwd, 'node_modules/greet/package.json'),
      '{"name":"greet","exports":"./index.mjs"}',
    )
    await writeFile(join(bench.cwd, 'node_modules/greet/index.mjs'), 'export default "hello"')
    await writeFile(join(bench.cwd, 'near.ts'), 'export const near: string = "near"')
    const result = await run(`
- id: a
  runtime: ${runtime}
  script: |
    import greet from 'greet'
    import { near } from './near.ts'
    console.log(greet, near, require('node:path').sep)`)
    expect(result.error).toBeNull()
    expect(result.outputs.get('a')).toBe('hello near /')
  })

  it('finds modules of Python there too', async () => {
    await writeFile(join(bench.cwd, 'near.py'), 'word = "near"')
    const result = await run(`
- id: a
  runtime: python
  script: |
    import near
    print(near.word)`)
    expect(result.outputs.get('a')).toBe('near')
  })

  it('leaves no file behind', async () => {
    await run(
      `
- id: a
  runtime: node
  script: |
    console.log(1)`,
      { artifactsDir: 'runs' },
    )
    expect((await readdir(bench.cwd)).toSorted()).toEqual(['runs'])
  })

  it('gets outputs as literals, and runs a line that is code', async () => {
    const result = await run(`
- id: data
  bash: printf '{"items":[1,2,null]}'
- id: a
  depends_on: [data]
  runtime: node
  script: |
    const data = $data.output
    console.log(data.items.length)
- id: b
  depends_on: [data]
  runtime: python
  script: print($data.output["items"][2])
- id: c
  runtime: python
  script: print(41+1)`)
    expect(result.error).toBeNull()
    expect([...result.outputs.values()].slice(1)).toEqual(expect.arrayContaining(['3', 'None', '42']))
  })

  it('fails with the exit code, and keeps what it printed', async () => {
    const result = await run(`
- id: a
  runtime: python
  script: |
    import sys
    print('so far')
    sys.exit('out of luck')`)
    expect(result.status).toBe('failed')
    expect(result.nodes.get('a')).toMatchObject({
      payload: {
        exitCode: 1,
        output: 'so far',
        error: { code: 'exit_code', message: 'the script exited with 1: out of luck' },
      },
    })
  })

  it('is ended with all it started when its time is over', async () => {
    const result = await run(`
- id: a
  runtime: node
  timeout: 400ms
  script: |
    setInterval(() => {}, 1000)`)
    expect(result.nodes.get('a')).toMatchObject({ payload: { error: { code: 'timeout' } } })
  })
})

describe('a script with a name', () => {
  it('runs the file itself, and says which', async () => {
    await script('lib/word.ts', 'export const word: string = "from a neighbour"')
    const path = await script(
      'hello.ts',
      'import { word } from "./lib/word.ts"\nconsole.log(word, import.meta.filename)',
    )
    const result = await run('- id: a\n  script: hello')
    expect(result.outputs.get('a')).toBe(`from a neighbour ${path}`)
    expect(await started(result.runId, 'a')).toMatchObject({ script: { named: path, runtime: 'node' } })
  })

  it.each([
    ['hello.py', 'print("hi")', ''],
    ['hello.mjs', 'console.log("hi")', '\n  runtime: bun'],
    ['team/hello.js', 'console.log("hi")', '\n  runtime: node'],
  ])('runs %s by its ending', async (name, text, runtime) => {
    await script(name, text)
    expect((await run(`- id: a\n  script: hello${runtime}`)).outputs.get('a')).toBe('hi')
  })

  it('may be a path from the directory of the run', async () => {
    await mkdir(join(bench.cwd, 'tools'))
    await writeFile(join(bench.cwd, 'tools/report.py'), 'print("report")')
    expect((await run('- id: a\n  script: tools/report.py')).outputs.get('a')).toBe('report')
  })

  it.each([
    ['that is not there', [], 'script: nowhere', 'missing_script'],
    ['that fits two files', ['a.py', 'a.ts'], 'script: a', 'invalid_script'],
    ['whose runtime is for another language', ['a.py'], 'script: a\n  runtime: bun', 'invalid_script'],
    ['that could be code', ['run(x).py'], 'script: run(x)\n  runtime: python', 'invalid_script'],
  ])('is refused before anything starts: one %s', async (_, files, node, code) => {
    for (const file of files) await script(file, '')
    await expect(run(`- id: a\n  ${node}`)).rejects.toMatchObject({ code })
    expect((await bench.store.listWorkflowRuns({}, { limit: 1 })).items).toEqual([])
  })

  it('is refused when it names a file of the scripts and one of the directory', async () => {
    await script('a.py', '')
    await writeFile(join(bench.cwd, 'a.py'), '')
    await expect(run('- id: a\n  script: a.py')).rejects.toMatchObject({ code: 'invalid_script' })
  })

  it.each([
    ['was changed', async (path: string) => await writeFile(path, 'print("edited")')],
    ['is gone', async (path: string) => await rm(path)],
  ])('runs as it was at the start when the file %s, and says so', async (what, change) => {
    await script('near.py', 'word = "as it was"')
    const path = await script('job.py', 'import near\nprint(near.word)')
    const first = await executeWorkflow({
      store: bench.store,
      cwd: bench.cwd,
      env,
      artifactsDir: 'runs',
      workflow: workflowOf('- id: gate\n  bash: test -e go\n- id: a\n  depends_on: [gate]\n  script: job.py'),
    })
    expect(first.status).toBe('failed')
    await change(path)
    await writeFile(join(bench.cwd, 'go'), '')
    const result = await resumeWorkflow({ store: bench.store, runId: first.runId, env, artifactsDir: 'runs' })
    const log = await readFile(join(bench.cwd, 'runs', first.runId, 'logs/a/attempt-1.log'), 'utf8')
    expect(log).toContain(`${what} since the run started`)
    if (what === 'was changed') expect(result.outputs.get('a')).toBe('as it was')
    expect((await readdir(join(bench.cwd, '.ion/scripts'))).filter((name) => name.startsWith('.'))).toEqual(
      [],
    )
  })
})

describe('a runtime', () => {
  it.each([
    ['bun', 'node', 'console.log("ran")', []],
    ['uv', 'python', 'print("ran")', ['python3']],
  ])(
    '%s that is not there is replaced, with a warning in log and event',
    async (asked, instead, code, programs) => {
      env = await onlyWith('bash', ...programs)
      const result = await run(`- id: a\n  runtime: ${asked}\n  script: |\n    ${code}\n`, {
        artifactsDir: 'runs',
      })
      expect(result.outputs.get('a')).toBe('ran')
      const warning = expect.stringContaining(`${asked} is not on the PATH`)
      expect(await started(result.runId, 'a')).toMatchObject({ script: { runtime: instead, warning } })
      const log = await readFile(join(bench.cwd, 'runs', result.runId, 'logs/a/attempt-1.log'), 'utf8')
      expect(log).toContain(`${asked} is not on the PATH`)
    },
  )

  it('that is missing for good refuses the run before it is created, naming every node', async () => {
    env = await onlyWith('bash')
    const nodes =
      '- id: a\n  runtime: uv\n  script: |\n    print(1)\n- id: b\n  runtime: python\n  script: |\n    print(2)'
    await expect(run(nodes)).rejects.toMatchObject({
      code: 'missing_runtime',
      message: expect.stringMatching(/a needs uv or python3.*b needs python3/),
      details: { nodes: ['a', 'b'] },
    })
    expect((await bench.store.listWorkflowRuns({}, { limit: 1 })).items).toEqual([])
  })

  it('uv is given the packages and the program (by a stand-in that records what it is called with)', async () => {
    const folder = await scratchFolder()
    const uv = join(folder, 'uv')
    await writeFile(uv, `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/called\ncat > ${folder}/stdin\necho ok\n`)
    await chmod(uv, 0o755)
    env = { ...hostEnv, PATH: `${folder}:${hostEnv.PATH}` }
    const result = await run(
      '- id: a\n  runtime: uv\n  deps: [requests==2, rich]\n  script: |\n    print(1)\n',
    )
    expect(result.outputs.get('a')).toBe('ok')
    expect(await readFile(join(folder, 'called'), 'utf8')).toBe(
      'run\n--with=requests==2\n--with=rich\npython\n-\n',
    )
    expect(await readFile(join(folder, 'stdin'), 'utf8')).toBe('print(1)\n')

    const path = await script('job.py', 'print(2)')
    await run('- id: a\n  runtime: uv\n  script: job\n')
    expect(await readFile(join(folder, 'called'), 'utf8')).toBe(`run\n${path}\n`)
  })
})

describe('with', () => {
  it('gives values to the environment and to the text', async () => {
    const result = await run(`
- id: data
  bash: printf '{"n":[1,2]}'
- id: a
  depends_on: [data]
  runtime: node
  with: { list: $data.output.n, word: "is $data.output", flag: true }
  script: |
    console.log(process.env.INPUTS_LIST, process.env.INPUTS_WORD, process.env.INPUTS_FLAG)
    console.log($INPUTS.list.length, $INPUTS.flag)`)
    expect(result.error).toBeNull()
    expect(result.outputs.get('a')).toBe('[1,2] is {"n":[1,2]} true\n2 true')
  })

  it('gives values to the text of a command', async () => {
    let asked = ''
    await run('- id: a\n  command: greet\n  with: { who: you, n: 2 }', {
      commands: { greet: 'Greet $INPUTS.who $INPUTS.n times' },
      prompt: ({ prompt }: { prompt: string }) => {
        asked = prompt
        return 'ok'
      },
    })
    expect(asked).toBe('Greet you 2 times')
  })
})

describe('what a killed executor left of a body', () => {
  it('is gone when the run is resumed', async () => {
    const first = await run('- id: a\n  bash: test -e go', { artifactsDir: 'runs' })
    const scratch = join(bench.cwd, 'runs', first.runId, 'scratch')
    await mkdir(scratch, { recursive: true })
    await writeFile(join(scratch, 'a.1.ARGUMENTS.value'), 'left behind')
    await resumeWorkflow({ store: bench.store, runId: first.runId, env, artifactsDir: 'runs' })
    await expect(readdir(scratch)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
