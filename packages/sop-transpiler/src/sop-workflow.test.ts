import { describe, expect, it } from 'vitest'
import { sopWorkflow } from './sop-workflow.ts'

const text =
  '# Go\n\n## Overview\n\nGoes.\n\n## Steps\n\n### 1. Look\n\n#### 1.1 Left\n\nx\n\n#### 1.2 Right\n\ny\n'

describe('the workflow of a text', () => {
  it('is that of the SOP, with what is doubtful about it', () => {
    const { ok, workflow, diagnostics } = sopWorkflow(text, { path: 'sops/go.sop.md' })
    expect({ ok, diagnostics }).toEqual({ ok: true, diagnostics: [] })
    expect(workflow).toMatchObject({ name: 'go', source: { format: 'yaml', path: 'sops/go.sop.md' } })
    expect(sopWorkflow('# Go\n\nx').diagnostics).toMatchObject([{ code: 'ION4011', severity: 'warning' }])
  })

  it('has the nodes that are asked for', () => {
    expect(sopWorkflow(text, { granularity: 'substep' }).workflow?.nodes.map(({ id }) => id)).toEqual([
      'left',
      'right',
    ])
  })

  it('is none when nothing is there, or it would be too large, and a diagnostic says so', () => {
    expect(sopWorkflow('')).toMatchObject({ ok: false, workflow: null, diagnostics: [{ code: 'ION4001' }] })
    const long = `## Rules\n${'x'.repeat(30_000)}\n## Steps\n${'### 1. Go\nx\n'.repeat(50)}`
    expect(sopWorkflow(long, { path: 'long.sop.md' })).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'ION4005', severity: 'error', path: 'long.sop.md' }],
    })
  })
})
