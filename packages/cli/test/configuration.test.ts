import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProject, ion } from './ion.ts'

const ask = 'name: ask\nnodes: [{id: a, prompt: hello}]\n'
const gated = `name: gated
nodes:
  - { id: gate, approval: { message: Well? } }
  - { id: a, depends_on: gate, provider: loud, prompt: hello }
  - { id: b, depends_on: a, prompt: $a.output }
`

describe('the agents of a project', () => {
  it('answer by name and by default, also when a run is gone on with', async () => {
    const cwd = createProject({
      '.ion/workflows/gated.yaml': gated,
      '.ion/config.yaml': `default_agent: exact
agents:
  exact: { command: [cat] }
  loud: { command: tr a-z A-Z }
`,
    })
    expect((await ion(['run', 'gated'], { cwd })).exitCode).toBe(3)
    const { stdout, exitCode } = await ion(['approve', 'latest'], { cwd })
    expect([stdout, exitCode]).toEqual(['HELLO\n', 0])
  })

  it('may be functions of ion.config.ts', async () => {
    const cwd = createProject({
      '.ion/workflows/ask.yaml': ask,
      'ion.config.ts': `const suffix: string = '!'
export default { agents: { mine: { prompt: ({ prompt }: { prompt: string }) => prompt + suffix } } }
`,
    })
    expect((await ion(['run', 'ask'], { cwd })).stdout).toBe('hello!\n')
  })

  it('give way to one that is asked for, and are told of where it does not exist', async () => {
    const cwd = createProject({
      '.ion/workflows/ask.yaml': ask,
      '.ion/config.yaml': 'agents: {loud: {command: tr a-z A-Z}, long: {command: "cat; echo ..."}}',
    })
    expect((await ion(['run', 'ask', '--agent', 'loud'], { cwd })).stdout).toBe('HELLO\n')
    expect((await ion(['run', 'ask', '--agent', 'echo'], { cwd })).stdout).toBe('hello\n')
    expect((await ion(['run', 'ask'], { cwd, env: { ION_AGENT: 'loud' } })).stdout).toBe('HELLO\n')
    const { exitCode, stderr } = await ion(['run', 'ask', '--agent', 'lod'], { cwd })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('did you mean loud?')])
  })

  it('are missed before anything starts, with the two ways to give one', async () => {
    const cwd = createProject({
      '.ion/workflows/ask.yaml': `${ask.trimEnd().slice(0, -1)}, {id: b, provider: loud, prompt: x}]\n`,
      '.ion/config.yaml': 'agents: {loud: {command: cat}, other: {command: cat}}',
    })
    const { exitCode, stderr } = await ion(['run', 'ask'], { cwd })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /the node a asks an agent, and none is configured .*--agent-command.*\.ion\/config\.yaml/,
    )
    expect(existsSync(join(cwd, '.ion/runs')) ? readdirSync(join(cwd, '.ion/runs')) : []).toEqual([])
  })
})

describe('the configuration of a project', () => {
  it('says where things are, and what variables stand for; options go first', async () => {
    const cwd = createProject({
      'flows/where.yaml':
        'name: where\nnodes: [{id: a, bash: echo "$BASE_BRANCH $DOCS_DIR"}, {id: b, depends_on: a, command: say}]\n',
      'words/say.md': '---\ndescription: Says it.\n---\n$a.output',
      '.ion/config.yaml': `agents: {cat: {command: [cat]}}
folders: {workflows: flows, commands: words, runs: kept}
variables: {BASE_BRANCH: develop, DOCS_DIR: handbook}
`,
    })
    expect((await ion(['run', 'where'], { cwd })).stdout).toBe('develop handbook\n')
    expect(readdirSync(join(cwd, 'kept')).filter((name) => !name.startsWith('.'))).toHaveLength(1)
    const options = ['--base-branch', 'mine']
    const env = { ION_BASE_BRANCH: 'theirs', ION_DOCS_DIR: 'elsewhere' }
    expect((await ion(['run', 'where', ...options], { cwd, env })).stdout).toBe('mine elsewhere\n')
    expect((await ion(['validate', 'where', '--strict'], { cwd })).exitCode).toBe(0)
    expect((await ion(['list', '--workflows'], { cwd })).stdout).toContain('flows/where.yaml')
  })

  it('is checked, and every mistake has its place', async () => {
    const cwd = createProject({ '.ion/workflows/ask.yaml': ask })
    writeFileSync(join(cwd, '.ion/config.yaml'), 'agents:\n  a: { comand: cat }\ndefualt_agent: a\n')
    const { exitCode, stderr } = await ion(['run', 'ask'], { cwd })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('.ion/config.yaml:2:8')
    expect(stderr).toContain('Did you mean `default_agent`?')
    expect(stderr).toMatch(/ion: \.ion\/config\.yaml has \d errors/)
  })
})
