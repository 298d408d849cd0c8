import { renderTemplate } from '@ion/core'
import { expect, it } from 'vitest'
import { derived } from './derived.test-support.ts'

const text = `## Parameters

- **name** (required): Who

## Steps

### 1. Plan

<!-- ion: model: large -->

**Constraints:**
- You MUST greet {name}
- You SHOULD smile
- You MUST NOT leave because it is rude:
  - not even soon

**Constraints for guests:**
- You MUST bow

### 2. Build

Build it.
`

const { nodes, prompts, notes } = derived(text, { verify: true })

it('a step is followed by a check of all that it must and must not do', () => {
  expect(nodes.map(({ id, type, dependsOn }) => [id, type, dependsOn])).toEqual([
    ['plan', 'prompt', []],
    ['check-plan', 'loop', ['plan']],
    ['build', 'prompt', ['check-plan']],
  ])
  const [, check] = nodes
  if (check?.type !== 'loop' || check.body.kind !== 'prompt') throw new Error('no check')
  expect(check).toMatchObject({ untilField: 'met', maxIterations: 3, agent: { model: 'large' } })
  const prompt = renderTemplate(check.body.prompt, {
    variable: (name) => `[${name}]`,
    input: () => 'Ann',
    node: (id) => ({ status: 'completed', output: `<${id}>`, error: '', exitCode: null }),
  })
  expect(prompt).toContain(
    '<sop-criteria>\n1. You MUST greet Ann\n2. You MUST NOT leave because it is rude:\n  - not even soon\n3. (Constraints for guests) You MUST bow\n</sop-criteria>',
  )
  expect(prompt).toContain('<sop-result>\n<plan>\n</sop-result>')
  expect(prompt).toContain('<sop-last-check>\n[LOOP_PREV_OUTPUT]\n</sop-last-check>')
})

it('the steps that follow are told what came of it', () => {
  expect(prompts[2]).toContain('<plan>\n\nWhat came of checking it: <check-plan>\n</sop-result>')
})

it('a step without such constraints is not checked, and that is said', () => {
  expect(notes.map(({ code, message }) => [code, message])).toEqual([
    ['ION4206', '`build` says nothing with MUST or MUST NOT, so it is not checked.'],
  ])
})
