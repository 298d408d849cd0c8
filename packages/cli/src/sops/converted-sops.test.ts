import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createStore } from '@ion/executor'
import { readLog } from '@ion/store'
import { expect, it } from 'vitest'
import { type Project, projectWith } from '../ion-in-process.test-support.ts'
import { release } from './sops.test-support.ts'
import { scriptedAgent, upstreamSops, withValues } from './upstream-sops.test-support.ts'

/** The log of a run, without what no two runs have in common. */
async function logOf({ folder }: Project, runId: string) {
  const store = await createStore(`file:${join(folder, '.ion/runs')}`)
  const events: unknown[] = []
  for await (const { type, nodeId, payload } of readLog(store, runId)) {
    const same = JSON.stringify(payload, (key, value: unknown) => (key === 'durationMs' ? 0 : value))
    events.push({ type, nodeId, payload: JSON.parse(same) })
  }
  await store.close()
  return events
}

/** What the agent was asked, by node; which is forgotten. */
function takePrompts({ folder }: Project): { [node: string]: string[] } {
  const prompts = join(folder, 'prompts')
  const asked = readdirSync(prompts).map((node): [string, string[]] => {
    const files = readdirSync(join(prompts, node))
    return [node, files.map((file) => readFileSync(join(prompts, node, file), 'utf8'))]
  })
  renameSync(prompts, join(folder, `asked-${Date.now()}-${Math.random()}`))
  return Object.fromEntries(asked)
}

/** Without the corpus at least one of our own. */
const upstream = upstreamSops(1)
const sops = upstream.length > 0 ? upstream : [withValues('release-notes', release)]

it.each(sops)('$name that is converted and run has the prompts and the log of the SOP', async (one) => {
  const { name, text, inputs, sop, filled, constraintsOf } = one
  const project = projectWith({ [`agent-sops/${name}.sop.md`]: text })
  const { ion, folder } = project
  const run = async (...args: string[]) =>
    expect(await ion('run', ...args, ...inputs, '--agent-command', scriptedAgent)).toMatchObject({
      exitCode: 0,
    })
  await run(name, '--id', 'direct')
  const asked = takePrompts(project)

  const { stdout: yaml } = await ion('sop', 'convert', name)
  mkdirSync(join(folder, 'out'))
  writeFileSync(join(folder, 'out/converted.yaml'), yaml)
  await run('out/converted.yaml', '--id', 'converted')
  expect(takePrompts(project)).toEqual(asked)
  expect(await logOf(project, 'converted')).toEqual(await logOf(project, 'direct'))

  const prompts = Object.values(asked)
  expect(prompts.length).toBe(sop.steps.length)
  for (const [index, step] of sop.steps.entries()) {
    const [prompt = ''] = prompts.flat().filter((each) => each.includes(`This is step ${index + 1} of`))
    expect(prompt).toContain(filled(step.text))
    expect(constraintsOf(index).length).toBeGreaterThan(0)
    for (const constraint of constraintsOf(index)) expect(prompt).toContain(filled(constraint))
  }
})
