import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createProject, ion, jsonLines } from './ion.ts'

const config = `default_agent: plain
record_texts: true
agents:
  plain: { command: [cat] }
  broken: { command: 'cat > /dev/null; exit 2' }
  priced:
    command: |
      cat > /dev/null; echo '{"text": "fine", "usage": {"in": 1200, "out": 30, "usd": 0.0125}}'
    output:
      { format: json, text: text, usage: { input_tokens: usage.in, output_tokens: usage.out, cost: usage.usd } }
`
const workflows = {
  '.ion/workflows/review-code.yaml': `name: review-code
nodes: [{ id: ask, prompt: Is it good?, provider: priced, model: big }]
`,
  '.ion/workflows/review-docs.yaml': `name: review-docs
nodes: [{ id: ask, prompt: And this?, provider: broken }]
`,
  '.ion/workflows/talk.yaml': `name: talk
secrets: [TOKEN]
nodes: [{ id: ask, prompt: 'Use $ARGUMENTS.' }]
`,
}

describe('ion usage', () => {
  let cwd = ''
  // Two runs that say their price, one whose agent fails, one that says nothing.
  beforeAll(async () => {
    cwd = createProject({ ...workflows, '.ion/config.yaml': config })
    const runs = ['review-code', 'review-code', 'review-docs'].map((name) => ion(['run', name], { cwd }))
    runs.push(ion(['run', 'talk', 'hush-hush', '--id', 't1'], { cwd, env: { TOKEN: 'hush-hush' } }))
    expect((await Promise.all(runs)).map(({ exitCode }) => exitCode)).toEqual([0, 0, 1, 0])
  })
  const usage = async (...args: string[]) => await ion(['usage', ...args], { cwd })

  it('is a table by workflow and model, and says what is unknown', async () => {
    const { exitCode, stdout, stderr } = await usage()
    expect(exitCode).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect(lines.map((cells) => cells.slice(0, 8))).toEqual([
      ['WORKFLOW', 'MODEL', 'RUNS', 'CALLS', 'FAILED', 'TOKENS IN', 'TOKENS OUT', 'COST'],
      ['review-code', 'big', '2', '2', '0', '2400', '60', '0.0250'],
      ['review-docs', '-', '1', '1', '1', '?', '?', '?'],
      ['talk', '-', '1', '1', '0', '?', '?', '?'],
      ['total', '4', '4', '1', '2400+', '60+', '0.0250+', expect.stringMatching(/^[\dms. ]+$/)],
    ])
    expect(stderr).toMatch(/^2 of 4 calls reported no tokens: .*\n2 of 4 calls reported no cost: .*\n$/)
  })

  it('is told apart as is asked, and as data with --json', async () => {
    const { stdout } = await usage('--by', 'agent', '--by', 'workflow', '--json')
    expect(jsonLines(stdout)).toEqual([
      {
        schema: 'ion/usage@1',
        ...{ workflow: null, since: null, until: null, by: ['agent', 'workflow'], unreadable: 0, faults: [] },
        totals: expect.objectContaining({ runs: 4, calls: 4, failed: 1, cost: 0.025, unknownCost: 2 }),
        rows: [
          expect.objectContaining({ agent: 'broken', workflow: 'review-docs', failed: 1 }),
          expect.objectContaining({ agent: 'plain', workflow: 'talk' }),
          expect.objectContaining({ agent: 'priced', workflow: 'review-code', runs: 2 }),
        ],
      },
    ])
  })

  it('is only of what is asked for', async () => {
    const calls = async (...args: string[]) => {
      const [stats] = jsonLines((await usage('--json', '--by', 'workflow', ...args)).stdout)
      return stats?.totals
    }
    expect(await calls('--workflow', 'review')).toMatchObject({ calls: 3 })
    expect(await calls('--since', '1h', '--workflow', 'talk')).toMatchObject({ calls: 1 })
    expect(await calls('--until', '2026-01-31')).toMatchObject({ calls: 0 })
    const nothing = await usage('--workflow', 'none')
    expect(nothing).toEqual({ exitCode: 0, stdout: '', stderr: 'no agent was called in such runs\n' })
  })

  it.each([
    ['--since', 'yesterday', '7d'],
    ['--by', 'colour', 'workflow, model, agent, day'],
  ])('is refused with %s %s', async (option, value, hint) => {
    const { exitCode, stderr } = await usage(option, value)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(hint)])
  })

  it('names the runs that it could not read, and exits with 5', async () => {
    const copy = createProject()
    cpSync(cwd, copy, { recursive: true })
    writeFileSync(join(copy, '.ion/runs/t1/events.jsonl'), '{"format":"no log"}\n'.repeat(500))
    const { exitCode, stdout, stderr } = await ion(['usage'], { cwd: copy })
    rmSync(copy, { recursive: true })
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('ion: run t1 is not counted: ')])
    expect(stdout).toMatch(/^total .* 3 /m)
  })
})

describe('record_texts', () => {
  it('keeps prompts in the log, without secrets', async () => {
    const cwd = createProject({ ...workflows, '.ion/config.yaml': config })
    const env = { TOKEN: 'hush-hush' }
    const { stdout } = await ion(['run', 'talk', 'hush-hush', '--json'], { cwd, env })
    const ended = jsonLines(stdout).find(({ type }) => type === 'node_completed')
    expect(ended).toMatchObject({
      payload: { output: 'Use ***.', usage: [{ call: { agent: 'plain', prompt: 'Use ***.' } }] },
    })
  })
})
