import { renderTemplate } from '@ion/core'
import { describe, expect, it } from 'vitest'
import { derived } from './derived.test-support.ts'

function gatesOf(step: string, parameters = '') {
  const text = `# T

## Parameters

- **mode** (optional, default: "auto"): How
  - "interactive": Ask
  - "auto": Don't
- **strict** (optional, default: false): Whether
${parameters}
## Steps

### 1. Plan

Make a plan.

${step}

### 2. Build

Build it.
`
  const { nodes, notes } = derived(text, { gates: 'auto' })
  const gates = nodes.filter(({ type }) => type === 'approval')
  return {
    gates: gates.map(({ id, when }) => [id, when?.source ?? 'always']),
    notes: notes.map(({ code }) => code),
  }
}

describe('a gate', () => {
  it.each([
    '- You MUST wait for explicit user direction before proceeding to any subsequent step',
    '- You MUST NOT proceed without explicit user confirmation because it may be wrong',
    '- You MUST NOT go on until the user explicitly approves',
    '- You MUST ask user to approve the plan before proceeding',
    '- You SHOULD ask for confirmation before starting',
    '- You MUST explicitly ask the user if they are ready',
    '- You MUST get sign-off from the team',
    '- You MUST wait for the user’s answer',
    'Present the breakdown for user approval before generation.',
    '1. Plan.\n2. Wait for approval.',
    'Manual approval is required here.',
  ])('is made of “%s”', (step) => {
    expect(gatesOf(step)).toEqual({ gates: [['gate-plan', 'always']], notes: ['ION4203'] })
  })

  it.each([
    '- You MAY ask the user for approval',
    '- You MUST NOT wait for the user',
    '- You MUST proceed without asking for confirmation',
    '- You MUST NOT wait for approval because nobody is there',
    '- You MUST confirm that the build succeeds',
    '- You MUST wait for critical pods to be ready',
    '- You MUST NOT invent answers because this assumes preferences without confirmation',
    'Execute all actions autonomously without user confirmation.',
    'Write tests from the approved outlines.',
    '```\nYou MUST wait for approval\n```',
  ])('is not made of “%s”', (step) => {
    expect(gatesOf(step)).toEqual({ gates: [], notes: [] })
  })

  it('is one for all that a step says', () => {
    const step = '- You MUST wait for approval\n- You MUST NOT go on without user confirmation'
    expect(gatesOf(step)).toEqual({ gates: [['gate-plan', 'always']], notes: ['ION4203', 'ION4203'] })
  })

  it.each([
    ['**Interactive Mode:** Present it and ask for confirmation.', "$INPUTS.mode == 'interactive'"],
    ['You MUST ask the user to approve it in interactive mode', "$INPUTS.mode == 'interactive'"],
    ['In `interactive` mode, you MUST wait for approval', "$INPUTS.mode == 'interactive'"],
    ['If strict is true, you MUST wait for approval', "$INPUTS.strict == 'true'"],
    ['You MUST ask for approval unless `mode` is `auto`.', "$INPUTS.mode != 'auto'"],
  ])('opens when the author says so: “%s”', (item, when) => {
    expect(gatesOf(`- ${item}`).gates).toEqual([['gate-plan', when]])
  })

  it('is none when what it depends on can’t be told beforehand, and that is said', () => {
    for (const item of [
      'If tests fail, you MUST wait for approval',
      'For each file, you MUST ask for confirmation',
      'You MUST NOT delete files without confirmation',
    ]) {
      expect(gatesOf(`- ${item}`)).toEqual({ gates: [], notes: ['ION4204'] })
    }
    const labelled = '**Constraints for large plans:**\n- You MUST wait for approval'
    expect(gatesOf(labelled)).toEqual({ gates: [], notes: ['ION4204'] })
  })

  it('of a step with sub-steps opens behind the last of them', () => {
    const text =
      '## Steps\n### 1. Plan\nWait for approval.\n#### 1.1 Left\nx\n#### 1.2 Right\nx\n### 2. Go\nx'
    const { nodes } = derived(text, { gates: 'auto', granularity: 'substep' })
    expect(nodes.map(({ id }) => id)).toEqual(['left', 'right', 'gate-right', 'go'])
  })

  it('is none unless it is asked for', () => {
    const { nodes } = derived('## Steps\n### 1. Plan\n- You MUST wait for approval')
    expect(nodes.map(({ type }) => type)).toEqual(['prompt'])
  })
})

describe('an interactive mode', () => {
  const text = (reference: string) => `# T

## Parameters

- **mode** (optional, default: "auto"): How
  - "interactive": Ask
  - "auto": Don't

## Mode Behavior

**Interactive Mode:**
- Present proposed actions and ask for confirmation before proceeding

**Auto Mode:**
- Execute all actions autonomously without user confirmation

## Steps

### 1. Plan

Make a plan. ${reference}

### 2. Build

Build it.
`

  it('makes a gate of each step that refers to it, in that mode', () => {
    const { nodes } = derived(text('See [Mode Behavior](#mode-behavior).'), { gates: 'auto' })
    expect(nodes.map(({ id, when }) => [id, when?.source ?? null])).toEqual([
      ['plan', null],
      ['gate-plan', "$INPUTS.mode == 'interactive'"],
      ['build', null],
    ])
    expect(nodes.at(-1)).toMatchObject({
      dependsOn: ['plan', 'gate-plan'],
      triggerRule: 'none_failed_min_one_success',
    })
  })

  it('makes one of every step where none refers to it', () => {
    const { nodes, notes } = derived(text(''), { gates: 'auto' })
    expect(nodes.map(({ id }) => id)).toEqual(['plan', 'gate-plan', 'build', 'gate-build'])
    expect(notes.map(({ message }) => message)).toEqual([
      "The gates `gate-plan` and `gate-build` ask for this when `$INPUTS.mode == 'interactive'`: “Present proposed actions and ask for confirmation before proceeding”",
    ])
  })
})

describe('who is asked', () => {
  const { nodes, prompts, notes } = derived(
    '# Release\n\n## Parameters\n\n- **who** (required): Who\n\n## Steps\n\n### 1. Plan\n\n**Constraints:**\n- You MUST wait for approval of {who}, not $ARGUMENTS\n\n### 2. Build\n\nBuild.\n',
    { gates: 'auto' },
  )

  it('reads the author’s words, where they stand, and what the step came to', () => {
    const [, gate] = nodes
    if (gate?.type !== 'approval') throw new Error('no gate')
    const message = renderTemplate(gate.message, {
      variable: () => undefined,
      input: () => 'Ann',
      node: (id) => ({ status: 'completed', output: `<${id}>`, error: '', exitCode: null }),
    })
    expect(message).toBe(
      [
        'Step 1 of 2 is done: 1. Plan',
        '',
        'The procedure asks for you here:',
        '',
        '- “You MUST wait for approval of Ann, not $ARGUMENTS” (try.sop.md:12)',
        '',
        'What the step came to:',
        '',
        '<plan>',
        '',
        'Approve to go on; the steps that follow are told what you write with it. A rejection ends the run.',
      ].join('\n'),
    )
  })

  it('is heard by the steps that follow, and the step itself doesn’t wait', () => {
    expect(prompts[2]).toContain('1. Plan\n\n<plan>\n\nWhat the user said to it: <gate-plan>\n</sop-result>')
    expect(prompts[0]).toContain('A person is asked to agree once you have ended')
    expect(prompts[2]).not.toContain('A person is asked')
  })

  it('is told to whoever makes the workflow', () => {
    expect(notes).toEqual([
      {
        code: 'ION4203',
        severity: 'info',
        path: 'sops/try.sop.md',
        range: { start: { line: 12, column: 3 }, end: { line: 12, column: 54 } },
        message: 'The gate `gate-plan` asks for this: “You MUST wait for approval of {who}, not $ARGUMENTS”',
      },
    ])
  })
})
