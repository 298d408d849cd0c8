import { describe, expect, it } from 'vitest'
import { derived } from './derived.test-support.ts'

const parameters = `
- **consolidate** (optional, default: true): Whether
- **mode** (optional, default: "auto"): How
  - "semi_auto": Ask
  - "auto": Don't
- **kind** (required): Which
- **root** (optional, default: current directory): Where
`

function conditionOf(sentence: string, level = '- ') {
  const { nodes, notes } = derived(`## Parameters
${parameters}
## Steps

### 1. Look

Look.

### 2. Leap

**Constraints:**
- You MUST leap

${level}${sentence}

### 3. Land

Land.
`)
  return { when: nodes[1]?.when?.source ?? null, notes: notes.map(({ code }) => code) }
}

describe('a step is skipped by a condition', () => {
  it.each([
    ['If consolidate is false, you MUST skip this step', "$INPUTS.consolidate != 'false'"],
    [
      'If consolidate is false, you MUST skip this step and inform the user that nothing is made',
      "$INPUTS.consolidate != 'false'",
    ],
    ['If `consolidate` is not true, skip this step entirely.', "$INPUTS.consolidate == 'true'"],
    ['Skip this step if {mode} is "auto" because nobody is there.', "$INPUTS.mode != 'auto'"],
    ['You SHOULD skip this whole step when mode is Semi-auto', "$INPUTS.mode != 'semi_auto'"],
    ['Unless `mode` is `auto`, skip this step.', "$INPUTS.mode == 'auto'"],
    ['**If `kind == "draft"`, skip this step.**', "$INPUTS.kind != 'draft'"],
    ['You MUST execute this step only if `kind` is "final"', "$INPUTS.kind == 'final'"],
    ['_Only if `mode=auto`_', "$INPUTS.mode == 'auto'"],
    ['Say hello. If consolidate equals false, then skip this step.', "$INPUTS.consolidate != 'false'"],
  ])('%s', (sentence, when) => {
    expect(conditionOf(sentence)).toEqual({ when, notes: ['ION4201'] })
    expect(conditionOf(sentence, '').when).toBe(when)
  })
})

describe('what is left to the agent', () => {
  it.each([
    ['what is no parameter', 'If the tests fail, skip this step'],
    ['a value that the parameter can’t have', 'If mode is manual, skip this step'],
    ['a word that may be none', 'If kind is provided, skip this step'],
    ['a boolean that is neither', 'If consolidate is empty, skip this step'],
    ['a parameter that the agent works out', 'If root is "/", skip this step'],
    ['two conditions', 'If consolidate is false and mode is auto, skip this step'],
    ['something to be done instead', 'If consolidate is false, skip this step and go to step 1'],
    ['a value that could not be written', "If kind is `it's`, skip this step"],
  ])('is %s', (_, sentence) => {
    expect(conditionOf(sentence)).toEqual({ when: null, notes: ['ION4202'] })
  })

  it.each([
    'You MAY skip this step if consolidate is false',
    'If consolidate is false, skip the demo',
    'You MUST NOT leap this step',
  ])('without a word is: %s', (sentence) => {
    expect(conditionOf(sentence)).toEqual({ when: null, notes: [] })
  })
})

it('is left to the agent below a label that says when it holds', () => {
  const { when, notes } = conditionOf(
    '**Constraints for drafts:**\n- If consolidate is false, skip this step',
    '',
  )
  expect({ when, notes }).toEqual({ when: null, notes: ['ION4202'] })
})

describe('what follows a step that may be skipped', () => {
  const { nodes, prompts } = derived(`## Parameters
${parameters}
## Steps

### 1. Look

If mode is auto, skip this step.

### 2. Leap

If consolidate is false, skip this step.

### 3. Land

Land.
`)

  it('runs unless something before has failed', () => {
    expect(
      nodes.map(({ dependsOn, triggerRule, when }) => [dependsOn, triggerRule, when?.source ?? null]),
    ).toEqual([
      [[], 'all_success', "$INPUTS.mode != 'auto'"],
      [['look'], 'all_done', "$INPUTS.consolidate != 'false' && $look.status != 'failed'"],
      [['look', 'leap'], 'all_done', "$look.status != 'failed' && $leap.status != 'failed'"],
    ])
  })

  it('is told what became of it', () => {
    expect(prompts.at(-1)).toContain('<sop-result>\n2. Leap (completed)\n\n<leap>\n</sop-result>')
    expect(prompts.at(-1)).toContain('A step before it that was skipped has no result.')
  })

  it('is, of a sub-step, the next one; and a condition of the step holds for all of its sub-steps', () => {
    const { nodes } = derived(
      `## Parameters
${parameters}
## Steps

### 1. Look

If mode is auto, skip this step.

#### 1.1 Left

If consolidate is false, skip this step.

#### 1.2 Right

Right.
`,
      { granularity: 'substep' },
    )
    expect(nodes.map(({ id, when }) => [id, when?.source])).toEqual([
      ['left', "$INPUTS.mode != 'auto' && $INPUTS.consolidate != 'false'"],
      ['right', "$INPUTS.mode != 'auto' && $left.status != 'failed'"],
    ])
  })
})
