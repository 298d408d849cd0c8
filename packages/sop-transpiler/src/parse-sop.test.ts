import { describe, expect, it } from 'vitest'
import { parseSop } from './parse-sop.ts'

const sopOf = (...lines: string[]) => parseSop(lines.join('\n'), { path: 'sops/try.sop.md' })
const parametersOf = (...lines: string[]) => sopOf('# T', '', '## Parameters', '', ...lines).sop.parameters
const stepsOf = (...lines: string[]) => sopOf('# T', '', '## Steps', '', ...lines).sop.steps
const codesOf = (...lines: string[]) => sopOf(...lines).diagnostics.map(({ code }) => code)

describe('the sections of a SOP', () => {
  it('are found by their headings, in any case, and by their synonyms', () => {
    const { sop } = sopOf(
      '# Title',
      'Before.',
      '## ROLE',
      'Reviewer.',
      '## Workflow:',
      '### 1. Go',
      'Go.',
      '## More',
      'x',
    )
    expect(sop.title?.text).toBe('Title')
    expect(sop.preamble?.text).toBe('Before.')
    expect(sop.overview).toMatchObject({ heading: 'ROLE', body: 'Reviewer.' })
    expect(sop.steps.map(({ title }) => title)).toEqual(['Go'])
    expect(sop.sections.map(({ heading, beforeSteps }) => [heading, beforeSteps])).toEqual([['More', false]])
  })

  it('are not looked for in code, quotes and lists', () => {
    const { sop } = sopOf(
      '# T',
      '## Steps',
      '### 1. Go',
      '```',
      '## Steps',
      '### 2. No',
      '```',
      '> ### 3. No',
      '- ### 4. No',
    )
    expect(sop.steps).toHaveLength(1)
    expect(sop.steps[0]?.text).toContain('### 4. No')
  })

  it('may be nested in a larger document', () => {
    const { sop } = sopOf(
      '# Book',
      '## A procedure',
      '### Parameters',
      '- a (required): x',
      '### Steps',
      '#### 1. Go',
      'x',
    )
    expect(sop.steps.map(({ title }) => title)).toEqual(['Go'])
    expect(sop.parameters.map(({ name }) => name)).toEqual(['a'])
  })

  it('name the sections they refer to, by link and by name', () => {
    const { steps } = sopOf(
      ...[
        '# T',
        '## Mode Behavior',
        'm',
        '## Steps',
        '### 1. Go',
        'See [it](#mode-behavior) and Appendix A.',
      ],
      ...[
        '### 2. Stop',
        'By the Best Practices section.',
        '## Best Practices',
        'b',
        '## Appendix A: Plan',
        'p',
      ],
    ).sop
    expect(steps.map(({ references }) => references)).toEqual([
      ['Mode Behavior', 'Appendix A: Plan'],
      ['Best Practices'],
    ])
  })

  it('have a name from the frontmatter, else from the file', () => {
    expect(sopOf('# T').sop.name).toBe('try')
    expect(sopOf('---', 'name: other', 'version: 2', '---', '# T').sop).toMatchObject({
      name: 'other',
      frontmatter: { values: { name: 'other', version: 2 } },
      text: '# T',
    })
  })
})

describe('parameters', () => {
  it('have a qualifier, a default and a description', () => {
    const parameters = parametersOf(
      '- **a** (required): What to\n  build (or not).',
      '- **b** (optional, default: "x (y), z"): B',
      '* `c` (Optional,default: 3) - C',
      '- d (required if a is set): D',
    )
    expect(parameters).toMatchObject([
      { name: 'a', required: true, default: null, description: 'What to build (or not).' },
      { name: 'b', required: false, default: { kind: 'literal', value: 'x (y), z', text: '"x (y), z"' } },
      { name: 'c', required: false, default: { value: 3 }, description: 'C' },
      { name: 'd', required: true, note: 'if a is set' },
    ])
    expect(parameters[1]?.nameRange).toEqual({ start: { line: 7, column: 3 }, end: { line: 7, column: 8 } })
  })

  it.each([
    ['"auto"', { kind: 'literal', value: 'auto' }],
    ['`data_only`', { kind: 'literal', value: 'data_only' }],
    ['true', { kind: 'literal', value: true }],
    ['"true"', { kind: 'literal', value: 'true' }],
    ['2.5', { kind: 'literal', value: 2.5 }],
    ['`[]`', { kind: 'literal', value: [] }],
    ['".out/{a}"', { kind: 'template', value: '.out/{a}', parameters: ['a'] }],
    ['".out/{other}"', { kind: 'literal', value: '.out/{other}' }],
    ['current directory', { kind: 'prose', text: 'current directory' }],
    ['`3` for simulated tracks', { kind: 'prose', text: '`3` for simulated tracks' }],
  ])('have the default %s', (text, expected) => {
    expect(
      parametersOf('- **a** (required): A', `- **b** (optional, default: ${text}): B`)[1]?.default,
    ).toMatchObject(expected)
  })

  it('list their values, but not their rules', () => {
    const [mode] = parametersOf(
      '- **mode** (optional):',
      '  - "one": First',
      '  - `two`: Second',
      '  - If omitted, You MUST ask',
    )
    expect(mode?.values.map(({ value, description }) => [value, description])).toEqual([
      ['one', 'First'],
      ['two', 'Second'],
    ])
  })

  it('take their qualifier from a heading, and their type and default from a list', () => {
    const parameters = parametersOf(
      ...[
        '### Required',
        '- **code** (string): Source',
        '',
        '### Optional',
        '- **wait** (integer): How long',
        '  - Default: 30',
      ],
    )
    expect(parameters).toMatchObject([
      { name: 'code', required: true, type: 'string', default: null },
      { name: 'wait', required: false, type: 'integer', default: { value: 30 } },
    ])
  })

  it('stand in tables too', () => {
    const parameters = parametersOf(
      ...[
        '| Parameter | Required | Default | Description |',
        '|-|-|-|-|',
        '| `a` | Yes | | A |',
        '| b | no | `x` | B |',
      ],
    )
    expect(parameters).toMatchObject([
      { name: 'a', required: true, default: null, description: 'A' },
      { name: 'b', required: false, default: { value: 'x' } },
    ])
  })

  it('without a qualifier are required unless they have a default', () => {
    expect(parametersOf('- **a**: A', '- **b** (default: 1): B')).toMatchObject([
      { required: true, isTagged: false },
      { required: false, isTagged: false },
    ])
  })

  it('end at the label of the rules about them, which may lack its empty line', () => {
    const { sop, diagnostics } = sopOf(
      '## Parameters',
      '- **a** (required): A',
      '**Constraints for parameter acquisition:**',
      '- You MUST ask',
      '- **b** (required): no',
    )
    expect(sop.parameters.map(({ name }) => name)).toEqual(['a'])
    expect(sop.acquisition?.constraints.map(({ level }) => level)).toEqual(['must', null])
    expect(diagnostics[1]).toMatchObject({ code: 'ION4021', range: { start: { line: 3, column: 1 } } })
  })

  it('are not read from inputs that are told in sentences', () => {
    expect(sopOf('## Inputs', '- The number', '- **a**: A').sop.parameters).toEqual([])
    expect(sopOf('## Inputs', '- **a**: A', '- **b**: B').sop.parameters).toHaveLength(2)
  })

  it('count once', () => {
    const { sop, diagnostics } = sopOf('## Parameters', '- **a** (required): A', '- **a** (optional): B')
    expect(sop.parameters).toMatchObject([{ name: 'a', description: 'A' }])
    expect(diagnostics.map(({ code, range }) => [code, range.start.line])).toContainEqual(['ION4022', 3])
  })
})

describe('steps', () => {
  it.each([
    ['1. Go', '1', 'Go'],
    ['Step 1: Go', '1', 'Go'],
    ['Phase 2 - Go', '2', 'Go'],
    ['1) Go', '1', 'Go'],
    ['0.5. Go', '0.5', 'Go'],
    ['4A. Go', '4A', 'Go'],
    ['3 Go on', '3', 'Go on'],
    ['Go', null, 'Go'],
  ])('are read from the heading %s', (heading, number, title) => {
    expect(stepsOf(`### ${heading}`, 'x')).toMatchObject([{ heading, number, title }])
  })

  it('take a heading without a number among numbered ones for a part of the step before', () => {
    const lines = ['# T', '## Steps', '### 1. A', 'a', '### Criteria', 'c', '### 2. B', 'b']
    expect(sopOf(...lines).sop.steps.map(({ number, body }) => [number, body])).toEqual([
      ['1', 'a\n### Criteria\nc'],
      ['2', 'b'],
    ])
    expect(codesOf(...lines)).toEqual(['ION4012'])
  })

  it('have numbered sub-steps, also at their own level if they have no text of their own', () => {
    const steps = stepsOf(
      '### 1. A',
      '### 1.1 B',
      'b',
      '#### 1.2. C',
      'c',
      '#### Note',
      'n',
      '### 2. D',
      'd',
      '### 2.5 E',
      'e',
    )
    expect(steps.map(({ number, substeps }) => [number, substeps.map((part) => part.title)])).toEqual([
      ['1', ['B', 'C']],
      ['2', []],
      ['2.5', []],
    ])
    expect(steps[0]?.substeps[1]?.body).toBe('c\n#### Note\nn')
  })

  it('may be an ordered list or a table', () => {
    expect(
      stepsOf('1) **Look**', '   - here', '2) Leap: far').map(({ number, title }) => [number, title]),
    ).toEqual([
      ['1', 'Look'],
      ['2', 'Leap: far'],
    ])
    expect(
      stepsOf('| # | Action |', '|-|-|', '| 1 | Look |').map(({ number, title }) => [number, title]),
    ).toEqual([['1', 'Look']])
  })

  it('go on behind a fence that an inner one has closed', () => {
    const fence = ['```markdown', '# Plan', '```', '## Steps', '### Step 1: no', '```', 'x', '```']
    const { sop, diagnostics } = sopOf(
      '## Steps',
      '### 1. A',
      ...fence,
      '### 2. B',
      'b',
      '## Examples',
      '### 3. no',
    )
    expect(sop.steps.map(({ title }) => title)).toEqual(['A', 'B'])
    expect(sop.examples?.body).toBe('### 3. no')
    expect(diagnostics.map(({ code }) => code)).toEqual(['ION4013'])
  })
})

describe('constraints', () => {
  const constraintsOf = (...lines: string[]) => stepsOf('### 1. Go', ...lines)[0]?.constraints

  it('have a level, a reason and a condition', () => {
    expect(
      constraintsOf(
        ...[
          '**Constraints:**',
          '',
          '- You MUST do x',
          '- If a is true, You MUST NOT do y because z',
          '- You SHOULD NEVER lie',
        ],
        ...['- You MAY rest', '- Be kind', '- Use `MUST` as a word; you SHOULD'],
      ),
    ).toMatchObject([
      { level: 'must', keyword: 'MUST', reason: null, condition: null, label: 'Constraints' },
      { level: 'must_not', reason: 'because z', condition: 'If a is true' },
      { level: 'should_not', keyword: 'SHOULD NEVER' },
      { level: 'may' },
      { level: null, keyword: null, text: 'Be kind' },
      { level: 'should' },
    ])
  })

  it('take the level of their label, go on behind code, and are found without a label', () => {
    const found = constraintsOf(
      '**You SHOULD:**',
      '- sing',
      '```',
      'x',
      '```',
      '- dance',
      '',
      '**Validation:**',
      '- safe',
      '- MUST be shown',
    )
    expect(found?.map(({ text, level }) => [text, level])).toEqual([
      ['sing', 'should'],
      ['dance', 'should'],
      ['MUST be shown', 'must'],
    ])
  })

  it('keep what is nested below them, word for word', () => {
    const text = 'You MUST write `**/*.md`:\n  - one\n  ```\n  # x\n  ```'
    expect(constraintsOf('**Constraints:**', `- ${text}`)).toMatchObject([{ text }])
  })
})

describe('a text that is no SOP', () => {
  it.each(['', '\n\n', '\uFEFF', '---\nname: x\n---\n'])('is refused when it has nothing: %j', (text) => {
    const { sop, diagnostics } = parseSop(text)
    expect(sop.steps).toEqual([])
    expect(diagnostics).toMatchObject([{ code: 'ION4001', severity: 'error', path: null }])
  })

  it('is one step when it has no steps', () => {
    expect(codesOf('# Only', 'words')).toEqual(['ION4011'])
    expect(codesOf('# T', '', '## Steps', '', 'none')).toEqual(['ION4011'])
  })

  it('is read without its structure when that would take too long', () => {
    expect(parseSop('> '.repeat(5000)).diagnostics.map(({ code }) => code)).toContain('ION4004')
    expect(parseSop(`## Steps\n### 1. Go\n${'*a_'.repeat(5000)}`)).toMatchObject({
      sop: { steps: [{ title: 'Go' }] },
      diagnostics: [{ code: 'ION4004', range: { start: { line: 3 } } }],
    })
    expect(parseSop('x'.repeat(1024 * 1024 + 1)).diagnostics[0]?.code).toBe('ION4002')
  })

  it('is warned of when its frontmatter is no YAML', () => {
    expect(codesOf('---', 'a: [', '---', '# T', '## Steps', '### 1. Go', 'x')).toEqual(['ION4003'])
  })
})
