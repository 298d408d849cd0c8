import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createStore, executeWorkflow, resumeWorkflow } from '@ion/executor'
import { lintSop, parseSop, type SopModel, toYaml, transpileSop } from '@ion/sop-transpiler'
import { expect, it, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** SOPs that other people wrote, beside the checkout; they are no part of the project. */
const corpus = fileURLToPath(new URL('../../shared/corpus/sop/', import.meta.url))
const files = existsSync(corpus) ? globSync(`${corpus}upstream__*.sop.md`).sort() : []
if (files.length === 0) console.log(`skipped the corpus of SOPs: ${corpus} is not there`)

function sampleOfReadme(): string {
  const readme = readFileSync(`${root}packages/sop-transpiler/README.md`, 'utf8')
  return /^```markdown\n(.*?)^```$/ms.exec(readme)?.[1] ?? ''
}

const sops: [name: string, text: string][] = [
  ['the SOP in the README', sampleOfReadme()],
  ...files.map((file): [string, string] => [basename(file), readFileSync(file, 'utf8')]),
]

/** A value for each parameter, and a text with those values in the places of their names. */
function valuesOf({ parameters }: SopModel) {
  const values = Object.fromEntries(
    parameters.map(({ name, default: preset }) => [
      name,
      preset?.kind === 'literal' ? preset.value : `value-of-${name}`,
    ]),
  )
  const filled = (text: string) =>
    Object.entries(values).reduce(
      (before, [name, value]) => before.replaceAll(`{${name}}`, () => String(value)),
      text,
    )
  return { values, filled }
}

it('the SOP in the README has no faults', () => {
  expect(lintSop(sampleOfReadme(), { path: 'release-notes.sop.md', strict: true }).diagnostics).toEqual([])
})

it.each(sops)(
  '%s runs step by step, and goes on after a failure at the step that failed',
  async (_, text) => {
    const { sop } = parseSop(text, { path: 'try.sop.md' })
    const workflow = transpileSop(sop)
    const { values, filled } = valuesOf(sop)
    const cwd = await mkdtemp(join(tmpdir(), 'ion-sop-'))
    onTestFinished(async () => await rm(cwd, { recursive: true, force: true }))
    const store = await createStore('memory:')
    const asked: { nodeId: string; prompt: string }[] = []
    let broken = workflow.nodes[1]?.id
    const prompt = async ({ nodeId, prompt }: { nodeId: string; prompt: string }) => {
      asked.push({ nodeId, prompt })
      if (nodeId === broken) throw new Error('the agent refuses')
      return `result of ${nodeId}`
    }
    const failed = await executeWorkflow({ store, cwd, workflow, inputs: values, prompt })
    expect(failed.status).toBe('failed')
    broken = undefined
    expect((await resumeWorkflow({ store, runId: failed.runId, prompt })).status).toBe('completed')

    const ids = workflow.nodes.map(({ id }) => id)
    expect(asked.map(({ nodeId }) => nodeId)).toEqual([...ids.slice(0, 2), ...ids.slice(1)])
    for (const [index, step] of sop.steps.entries()) {
      const { prompt = '' } = asked.findLast(({ nodeId }) => nodeId === ids[index]) ?? {}
      for (const { text: constraint } of [step, ...step.substeps].flatMap(({ constraints }) => constraints)) {
        expect(prompt).toContain(filled(constraint))
      }
      if (index > 0) expect(prompt).toContain(`result of ${ids[index - 1]}`)
    }

    const again: string[] = []
    const converted = await executeWorkflow({
      store,
      cwd,
      workflow: toYaml(workflow),
      inputs: values,
      prompt: async ({ nodeId, prompt }) => {
        again.push(prompt)
        return `result of ${nodeId}`
      },
    })
    expect(converted.status).toBe('completed')
    expect(again).toEqual(ids.map((id) => asked.findLast(({ nodeId }) => nodeId === id)?.prompt))
  },
)
