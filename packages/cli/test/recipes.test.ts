import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createProject, ion, jsonLines } from './ion.ts'

const page = readFileSync(new URL('../../../docs/agents.md', import.meta.url), 'utf8')

/** The recipe of an agent, as the page has it. */
function recipe(name: string): string {
  const blocks = Array.from(page.matchAll(/^```yaml\n(.*?)^```/gms), ([, text = '']) => text)
  const found = blocks.find((text) => text.startsWith('agents:') && text.includes(`\n  ${name}:\n`))
  if (found === undefined) throw new Error(`no recipe for ${name}`)
  return found
}

const workflow = `name: talk
nodes:
  - { id: first, prompt: one, model: small }
  - { id: second, depends_on: first, context: shared, prompt: two }
  - { id: left, depends_on: second, context: { resume: first }, prompt: three }
  - id: typed
    prompt: how many
    output_format: { type: object, properties: { n: { type: number } }, required: [n] }
`

/** A project with the recipe, and a program of the agent's name that plays it. */
function projectWith(name: string) {
  const cwd = createProject({
    '.ion/config.yaml': recipe(name),
    '.ion/workflows/talk.yaml': workflow,
    '.ion/workflows/broken.yaml': 'name: broken\nnodes: [{id: a, prompt: fail, retry: {max_attempts: 0}}]\n',
  })
  const bin = join(cwd, 'bin')
  mkdirSync(bin)
  const standIn = fileURLToPath(new URL(`stand-ins/${name}.mjs`, import.meta.url))
  writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`)
  chmodSync(join(bin, name), 0o755)
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}`, STAND_IN_FOLDER: bin }
  return { cwd, env }
}

/** The payload of the event that completed each node. */
function completions(stdout: string): { [node: string]: unknown } {
  const events = jsonLines(stdout).flatMap((line) => (line.schema === 'ion/event@1' ? [eventOf(line)] : []))
  return Object.fromEntries(
    events.filter(({ type }) => type === 'node_completed').map(({ nodeId, payload }) => [nodeId, payload]),
  )
}

interface EventLine {
  type?: unknown
  nodeId?: string
  payload?: unknown
}

function eventOf(line: Record<string, unknown>): EventLine {
  return typeof line.event === 'object' && line.event !== null ? line.event : line
}

const reasons = {
  claude: 'exited with 1: API Error: 529 Overloaded',
  codex: 'exited with 1: stream disconnected before completion: overloaded',
  gemini: 'exited with 41: quota exhausted',
  llm: 'exited with 1: Error: insufficient_quota',
} as const

describe.each(Object.keys(reasons) as (keyof typeof reasons)[])('the recipe for %s', (name) => {
  it('has the answer, the conversation and the cost, and goes on with conversations', async () => {
    const project = projectWith(name)
    const { exitCode, stdout } = await ion(['run', 'talk', '--json'], project)
    const nodes = completions(stdout)
    expect(exitCode).toBe(0)
    const usage = { inputTokens: 3, outputTokens: 6, ...(name === 'claude' ? { cost: 0.25 } : {}) }
    const named = name === 'codex' ? usage : { ...usage, model: 'small' }
    expect(nodes.first).toMatchObject({ output: 'heard one', session: expect.any(String), usage: [named] })
    expect(nodes.second).toMatchObject({ output: 'heard one, two', usage: [usage] })
    // Those that have no forks add to the one conversation.
    const all = name === 'claude' ? 'heard one, three' : 'heard one, two, three'
    expect(nodes.left).toMatchObject({ output: all })
    expect(nodes.typed).toMatchObject({ output: '{"n":7}', structured: { n: 7 } })
  })

  it('makes its failures those of the node', async () => {
    const { exitCode, stderr } = await ion(['run', 'broken'], projectWith(name))
    expect(exitCode).toBe(1)
    expect(stderr).toContain(reasons[name])
  })
})
