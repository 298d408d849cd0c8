import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scriptedAgent, type UpstreamSop, upstreamSops } from '../../src/sops/upstream-sops.test-support.ts'
import { completedTwice, type IonProject, ionProject } from './ion-project.ts'
import { long } from './stores.ts'

const agent = ['--agent-command', scriptedAgent]

const sops = upstreamSops(1)

/** All that the agent was asked in a step, however often. */
async function promptsOf({ folder }: IonProject, node: string): Promise<string[]> {
  const names = await readdir(join(folder, 'prompts', node))
  return await Promise.all(names.map((name) => readFile(join(folder, 'prompts', node, name), 'utf8')))
}

/** Every step was carried out in its turn, and was told its constraints as the author wrote them. */
async function expectCarriedOut(
  place: IonProject,
  { sop, filled, constraintsOf }: UpstreamSop,
): Promise<void> {
  const events = await place.events(place.runId)
  expect(events.at(-1)?.type).toBe('workflow_completed')
  expect(completedTwice(events)).toEqual([])
  const nodes = events.filter(({ type }) => type === 'node_completed').map(({ nodeId = '' }) => nodeId)
  expect(nodes).toHaveLength(sop.steps.length)
  for (const [index, node] of nodes.entries()) {
    const [prompt = '', ...again] = await promptsOf(place, node)
    expect(new Set(again)).toEqual(new Set(again.map(() => prompt)))
    expect(prompt).toContain(`This is step ${index + 1} of ${nodes.length}: ${sop.steps[index]?.heading}`)
    const constraints = constraintsOf(index)
    expect(constraints.length).toBeGreaterThan(0)
    for (const constraint of constraints) expect(prompt).toContain(filled(constraint))
    if (index > 0) expect(prompt).toContain(`result of ${nodes[index - 1]}`)
  }
}

describe.skipIf(sops.length === 0)('a SOP whose run is killed between two steps', () => {
  it.each(sops)('$name goes on at the step it was at, whatever has become of its file', async (one) => {
    const { name, text, inputs, sop } = one
    const path = `agent-sops/${name}.sop.md`
    const place = await ionProject('files', { [path]: text })
    // The first two writes of a process take the run and begin a step, and each later one ends a step and begins the next. The
    // short form kills once, anywhere; the long one at each step.
    const write = long ? 3 : 3 + Math.floor(Math.random() * (sop.steps.length - 1))
    const kill = { ION_TEST_KILL: `after:${write}` }
    let ended = await place.ion(['run', name, '--id', place.runId, ...inputs, ...agent], kill)
    expect(ended.signal, ended.stderr).toBe('SIGKILL')
    await writeFile(join(place.folder, path), '# Another\n\nAnother procedure.\n')

    let kills = 1
    for (ended = await resume(place); ended.signal === 'SIGKILL' && kills < 50; kills++)
      ended = await resume(place)
    expect(ended.code, ended.stderr).toBe(0)
    await expectCarriedOut(place, one)
    console.log(`${name}: killed after write ${write}${kills > 1 ? `, ${kills} times` : ''}, and resumed`)
    if (long) expect(kills).toBe(sop.steps.length)

    async function resume({ ion, runId }: IonProject) {
      return await ion(['resume', runId], long ? kill : {})
    }
  })
})
