import { parseWorkflow } from '@ion/core'
import { describe, expect, it } from 'vitest'
import { corpusFiles, corpusText } from './corpus.test-support.ts'
import { derived } from './derived.test-support.ts'
import type { TranspileOptions } from './transpile-sop.ts'
import { toYaml } from './transpile-sop.ts'

const files = corpusFiles().map(({ file }) => file)
const upstream = files.filter((file) => file.startsWith('upstream__'))

const everything: TranspileOptions = {
  gates: 'auto',
  artifacts: 'auto',
  verify: true,
  granularity: 'substep',
}

function made(name: string, options: TranspileOptions) {
  return derived(corpusText(`upstream__${name}.sop.md`), options)
}

describe.skipIf(files.length === 0)('of SOPs that other people wrote', () => {
  it.each(process.env.ION_LONG ? files : upstream)(
    '%s has YAML without faults, with all that can be derived',
    (file) => {
      const { workflow } = derived(corpusText(file), everything)
      const { workflow: parsed, diagnostics } = parseWorkflow(toYaml(workflow), { path: 'sops/try.sop.md' })
      expect(parsed).toEqual(workflow)
      expect(diagnostics).toEqual([])
    },
  )

  it('pdd waits for its user behind the steps 2 to 6', () => {
    const { nodes } = made('pdd', { gates: 'auto' })
    const gated = nodes.filter(({ type }) => type === 'approval').flatMap(({ dependsOn }) => dependsOn)
    const numbers = nodes.filter(({ id }) => gated.includes(id)).map(({ description }) => description?.[0])
    expect(numbers).toEqual(['2', '3', '4', '5', '6'])
  })

  it('code-assist waits in its interactive mode, behind all of its units', () => {
    const { nodes } = made('code-assist', { gates: 'auto', granularity: 'substep' })
    const gates = nodes.filter(({ type }) => type === 'approval')
    expect(gates.map(({ when }) => when?.source)).toEqual(Array(11).fill("$INPUTS.mode == 'interactive'"))
  })

  it('codebase-summary skips the step that consolidates, and goes on', () => {
    const { nodes } = made('codebase-summary', {})
    const [skipped, next] = nodes.slice(4)
    expect(skipped?.when?.source).toBe("$INPUTS.consolidate != 'false'")
    expect(next).toMatchObject({
      dependsOn: [nodes[3]?.id, skipped?.id],
      triggerRule: 'none_failed_min_one_success',
    })
  })

  it('code-assist names the files that its steps leave', () => {
    const { notes } = made('code-assist', { artifacts: 'auto' })
    const files = notes
      .filter(({ code }) => code === 'ION4205')
      .map(({ message }) => /`([^`]+)`/.exec(message)?.[1])
    expect(files).toEqual(
      ['plan.md', 'progress.md', 'progress.md'].map((name) => `{documentation_dir}/{task_name}/${name}`),
    )
  })
})
