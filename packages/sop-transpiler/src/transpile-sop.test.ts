import { parseTemplate, parseWorkflow, renderTemplate } from '@ion/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSop } from './parse-sop.ts'
import { renderPrompt } from './render-prompt.test-support.ts'
import { NodeNames } from './transpile/node-ids.ts'
import { type Piece, promptText } from './transpile/prompt-text.ts'
import { TranspileError, type TranspileOptions, toYaml, transpileSop } from './transpile-sop.ts'

function workflowOf(text: string, options?: TranspileOptions) {
  return transpileSop(parseSop(text, { path: 'sops/release.sop.md' }).sop, options)
}

const release = `# Release

## Overview

Ships \`{channel}\`.

More.

## Parameters

- **version** (required): Which
- **channel** (optional, default: "beta"): Where
  - "beta": For the brave
  - "stable": For all
- **dir** (optional, default: "out/{version}"): Folder
- **notes** (optional): Notes. MUST NOT be logged
- **tries** (optional, default: 3): How often
- **root** (optional, default: current directory): Where to work

**Constraints for parameter acquisition:**
- You MUST ask for {version}

## Rules

Be careful.

## Steps

### 1. Build it

Build {version} into {dir}, not \${version}, {{version}} or {other}.

**Constraints:**
- You MUST run \`make $ARGUMENTS $(pwd) \\$ARGUMENTS $INPUTS.version $build-it.output\`
- You MUST follow Appendix A

### 2. Ship it

#### 2.1 Tag

Tag it as {notes}.

#### 2.2 Push

See the Best Practices section.

## Best Practices

Push once.

## Appendix A: Making

make all
`

describe('a workflow made of a SOP', () => {
  const workflow = workflowOf(release)
  const values = new Map(
    Object.entries({
      version: '1.2',
      channel: 'beta',
      dir: 'd',
      notes: '$ARGUMENTS',
      tries: 3,
      root: '{root: not given}',
    }),
  )

  it('has the name of the file, and the first paragraph of the overview', () => {
    expect(workflow).toMatchObject({ name: 'release', description: 'Ships `{channel}`.' })
  })

  it('has an input of each parameter, typed by its default', () => {
    expect(Object.fromEntries(workflow.inputs)).toMatchObject({
      version: { type: 'string', required: true, description: 'Which' },
      channel: { type: 'string', required: false, default: 'beta', enum: ['beta', 'stable'] },
      dir: { default: 'out/{version}' },
      notes: { required: false, default: '{notes: not given}' },
      tries: { type: 'number', default: 3 },
      root: { default: '{root: not given}' },
    })
    expect(workflow.inputs.get('version')).not.toHaveProperty('default')
    expect(workflow.secrets).toMatchObject([{ kind: 'input', name: 'notes' }])
  })

  it('has a prompt of each step, which waits for the one before', () => {
    expect(workflow.nodes).toMatchObject([
      { type: 'prompt', id: 'build-it', dependsOn: [], description: '1. Build it' },
      { type: 'prompt', id: 'ship-it', dependsOn: ['build-it'], description: '2. Ship it' },
    ])
  })

  it('tells a step all it has to know', () => {
    const [first = '', second = ''] = workflow.nodes.map((node) => renderPrompt(node, values))
    expect(first).toContain('This is step 1 of 2: 1. Build it')
    expect(first).toContain('<sop-overview>\nShips `beta`.\n\nMore.\n</sop-overview>')
    expect(first).toContain('- channel: beta\n  Where\n  - beta: For the brave\n  - stable: For all\n')
    expect(first).toContain('- root: {root: not given} (if not given: current directory)\n')
    expect(first).toContain('- You MUST ask for 1.2\n</sop-parameter-rules>')
    expect(first).toContain('<sop-section>\n## Rules\n\nBe careful.\n</sop-section>')
    expect(first).toContain('## Appendix A: Making\n\nmake all')
    expect(first).not.toContain('Push once.')
    expect(second).toContain('<sop-result>\n1. Build it\n\n<build-it>\n</sop-result>')
    expect(second).toContain('## Best Practices\n\nPush once.')
    expect(second).not.toContain('parameter-rules')
  })

  it('replaces the names of parameters and nothing else', () => {
    const prompt = renderPrompt(workflow.nodes[0], values)
    expect(prompt).toContain('Build 1.2 into d, not ${version}, {{version}} or {other}.')
    expect(prompt).toContain('`make $ARGUMENTS $(pwd) \\$ARGUMENTS $INPUTS.version $build-it.output`')
    expect(renderPrompt(workflow.nodes[1], values)).toContain('Tag it as $ARGUMENTS.')
  })

  it('has a node of each sub-step when it is asked for', () => {
    const { nodes } = workflowOf(release, { granularity: 'substep' })
    expect(nodes.map(({ id }) => id)).toEqual(['build-it', 'tag', 'push'])
    expect(renderPrompt(nodes[2], values)).toContain('<sop-step>\n### 2. Ship it\n\n#### 2.2 Push\n\nSee')
  })

  it('is the same when it is read from its YAML', () => {
    const yaml = toYaml(workflow)
    expect(yaml).toContain('prompt: |')
    const parsed = parseWorkflow(yaml, { path: 'sops/release.sop.md' })
    expect(parsed.workflow).toEqual(workflow)
    // Only that a secret has a default, which says that it was not given.
    expect(parsed.diagnostics.map(({ code }) => code)).toEqual(['ION1503'])
  })
})

describe('other SOPs', () => {
  it('without steps are one node with the whole text', () => {
    const { nodes } = workflowOf('---\nname: x\n---\n# Look\n\n## Checklist\n\n- all of it')
    expect(nodes.map(({ id }) => id)).toEqual(['look'])
    expect(renderPrompt(nodes[0], new Map())).toContain(
      '<sop-step>\n# Look\n\n## Checklist\n\n- all of it\n</sop-step>',
    )
  })

  it('get other tags when their text has such ones', () => {
    const { nodes } = workflowOf('## Steps\n### 1. Go\n</sop-step> and <SOP2-x>')
    expect(renderPrompt(nodes[0], new Map())).toContain(
      '<sop3-step>\n### 1. Go\n</sop-step> and <SOP2-x>\n</sop3-step>',
    )
  })

  it('may have names that an input can not have', () => {
    const { inputs } = workflowOf(
      '## Parameters\n- **Größe** (required): G\n- **a-b** (required): A\n- **a_b** (required): B',
    )
    expect([...inputs.keys()]).toEqual(['Gro_e', 'a-b', 'a_b_2'])
  })

  it('with both a default and the word required have an optional input', () => {
    expect(workflowOf('## Parameters\n- **a** (required, default: 1): A').inputs.get('a')).toMatchObject({
      required: false,
    })
  })

  it('with nothing in them, or too much, are refused', () => {
    expect(() => transpileSop(parseSop('').sop)).toThrow(TranspileError)
    const long = `## Rules\n${'x'.repeat(30_000)}\n## Steps\n${'### 1. Go\nx\n'.repeat(50)}`
    expect(() => workflowOf(long)).toThrow(expect.objectContaining({ code: 'sop_not_transpiled' }))
  })
})

function nodeIds(titles: readonly string[]): string[] {
  const names = new NodeNames()
  return titles.map((title) => names.of(title))
}

describe('ids of nodes', () => {
  it('are the words of the titles', () => {
    expect(nodeIds(['Explore Phase', 'explore phase!', 'Café', '3D', 'INPUTS', 'a'.repeat(80)])).toEqual([
      ...['explore-phase', 'explore-phase-2', 'cafe', 'step-3d', 'inputs-2', 'a'.repeat(52)],
    ])
  })

  it('are unique, valid, and the same wherever the step stands, whatever the titles', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 12 }), (titles) => {
        const ids = nodeIds(titles)
        expect(new Set(ids).size).toBe(titles.length)
        for (const id of ids) expect(id).toMatch(/^[a-z_][a-z0-9_-]{0,63}$/)
        expect(nodeIds(titles.slice(0, 1))).toEqual(ids.slice(0, 1))
      }),
    )
  })
})

describe('the text of a prompt', () => {
  it('comes out as it went in, whatever it holds', () => {
    const context = { nodeIds: new Set(['a', 'b-c']), inputs: new Set(['x']) }
    const bits = [
      '$',
      '\\',
      '{',
      '}',
      'a.output',
      'b-c.status',
      '.x[0]',
      'INPUTS.x',
      'INPUTS.y',
      'ARGUMENTS',
      'LOOP_PREV.q',
      'zz.output',
      '\n',
      ' ',
      'a',
      '.md',
      '${',
      '${a.output|x}',
    ]
    const text = fc
      .array(fc.oneof(fc.constantFrom(...bits), fc.string({ maxLength: 3 })), { maxLength: 12 })
      .map((parts) => parts.join(''))
    const piece: fc.Arbitrary<Piece> = fc.oneof(
      text,
      fc.constantFrom({ reference: 'INPUTS.x' }, { reference: 'a.output' }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const { template, problems } = parseTemplate(promptText(pieces, context), context)
        expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
        const rendered = renderTemplate(template, {
          variable: () => undefined,
          input: () => '<x>',
          node: () => ({ status: 'completed', output: '<a>', error: '', exitCode: null }),
        })
        const expected = pieces.map((one) =>
          typeof one === 'string' ? one : one.reference === 'a.output' ? '<a>' : '<x>',
        )
        expect(rendered).toBe(expected.join(''))
      }),
      { numRuns: process.env.ION_LONG ? 20_000 : 1000 },
    )
  })
})
