import { formatDiagnostic } from '@ion/core'
import { describe, expect, it } from 'vitest'
import { lintSop } from '../lint-sop.ts'
import { parseSop } from '../parse-sop.ts'

function read(steps: string) {
  return parseSop(`# T\n\n## Steps\n\n${steps}`, { path: 't.sop.md' })
}

/** What is said, each with the text that it is about. */
function problems(steps: string) {
  const text = `# T\n\n## Steps\n\n${steps}`
  const lines = text.split('\n')
  return parseSop(text).diagnostics.map(({ code, severity, range: { start, end } }) => {
    const line = (lines[start.line - 1] ?? '').slice(start.column - 1)
    return [severity, code, start.line === end.line ? line.slice(0, end.column - start.column) : line]
  })
}

describe('a comment for Ion', () => {
  it('sets how the step is run that it stands in', () => {
    const { sop, diagnostics } = read(
      '### 1. Look\n<!-- ion: model: small, timeout: 10m -->\n\nText.\n\n### 2. Leap\n\nText.\n\n<!-- ion:\n  provider: mine\n  agent: careful\n  retry:\n    max_attempts: 3\n    on_error: all\n  allowed_tools: [Read]\n-->\n\nMore.',
    )
    expect(diagnostics).toEqual([])
    expect(sop.steps.map(({ settings }) => settings)).toEqual([
      { agent: { model: 'small' }, limits: { timeout: '10m' }, parallel: null },
      {
        agent: { provider: 'mine', agent: 'careful', allowed_tools: ['Read'] },
        limits: { retry: { max_attempts: 3, on_error: 'all' } },
        parallel: null,
      },
    ])
  })

  it('may stand in the heading, in a list, and in a sub-step', () => {
    const { sop } = read(
      '### 1. Look <!-- ion: model: a -->\n\n- item <!-- ion: {timeout: 5s, retry: 2} -->\n\n#### 1.1 Part\n\n<!-- ion: model: b -->\n\nText.',
    )
    expect(sop.steps[0]).toMatchObject({
      heading: '1. Look',
      title: 'Look',
      settings: { agent: { model: 'a' }, limits: { timeout: '5s', retry: { max_attempts: 2 } } },
      substeps: [{ settings: { agent: { model: 'b' } } }],
    })
  })

  it('stays a part of the text, which other tools don’t show', () => {
    expect(read('### 1. Look\n<!-- ion: model: a -->\nText.').sop.steps[0]?.text).toBe(
      '### 1. Look\n<!-- ion: model: a -->\nText.',
    )
  })

  it('is none in code, and other comments are nobody’s', () => {
    const { sop, diagnostics } = read(
      '### 1. Look\n\n```\n<!-- ion: model: a -->\n```\n\n`<!-- ion: x: y -->` <!-- TODO: z -->',
    )
    expect([sop.steps[0]?.settings.agent, diagnostics]).toEqual([{}, []])
  })

  it('names steps that are done at the same time, by number or title', () => {
    const { sop, diagnostics } = read(
      '### 1. A\n\nx\n\n### 2. B\n\n<!-- ion: parallel-with: [c, 4] -->\n\n### 3. C\n\nx\n\n### 4. D\n\nx\n\n### 5. E\n\nx',
    )
    expect(diagnostics).toEqual([])
    const group = { first: 1, last: 3 }
    expect(sop.steps.map(({ settings }) => settings.parallel)).toEqual([null, group, group, group, null])
  })
})

describe('what is wrong with a comment for Ion', () => {
  it.each([
    ['an unknown key', '<!-- ion: modle: a -->', 'ION4032', 'modle'],
    ['a bad duration', '<!-- ion: model: a, timeout: 5x -->', 'ION4033', '5x'],
    ['a bad model', '<!-- ion:\n  timeout: 5s\n  model: 3\n-->', 'ION4033', '3'],
    ['a bad number of retries', '<!-- ion: retry: 200 -->', 'ION4033', '200'],
    ['a setting that is set twice', '<!-- ion: model: a --> <!-- ion: model: b -->', 'ION4033', 'b'],
    ['no mapping', '<!-- ion:\n- fast\n-->', 'ION4031', '<!--'],
    ['no YAML', '<!-- ion: {model: [ -->', 'ION4031', '<!--'],
    ['no end', '<!-- ion: model: a', 'ION4031', '<!--'],
    ['a step that is not there', '<!-- ion: parallel-with: 7 -->', 'ION4034', '7'],
    ['the step itself', '<!-- ion: parallel-with: 1 -->', 'ION4034', '1'],
    ['steps that are no neighbours', '<!-- ion: parallel-with: 3 -->', 'ION4034', '3'],
  ])('%s is an error where it stands', (what, comment, code, place) => {
    const found = problems(`### 1. A\n\n${comment}\n\n### 2. B\n\nx\n\n### 3. C\n\nx`)
    if (what === 'no end') expect(found).toContainEqual(['error', code, place])
    else expect(found).toEqual([['error', code, place]])
  })

  it('is shown with what is near', () => {
    const text = '# T\n\n## Steps\n\n### 1. A\n\n<!-- ion: modle: a -->\n'
    const [diagnostic] = parseSop(text, { path: 't.sop.md' }).diagnostics
    expect(diagnostic && formatDiagnostic(diagnostic, text)).toBe(
      [
        'error[ION4032]: A step has no setting `modle`.',
        ' --> t.sop.md:7:11',
        '  |',
        '6 |',
        '7 | <!-- ion: modle: a -->',
        '  |           ^^^^^',
        '8 |',
        '  |',
        'help: Did you mean `model`?',
      ].join('\n'),
    )
  })

  it('is that it stands in no step, or right above the next one', () => {
    expect(problems('<!-- ion: model: a -->\n\n### 1. A\n\nx')).toEqual([
      ['error', 'ION4035', '<!-- ion: model: a -->'],
    ])
    expect(problems('### 1. A\n\nx\n\n<!-- ion: model: a -->\n### 2. B\n\nx')).toEqual([
      ['warning', 'ION4036', '<!-- ion: model: a -->'],
    ])
  })

  it('is told by the linter as well', () => {
    const { diagnostics } = lintSop('## Steps\n### 1. A\n<!-- ion: modle: a -->\nx')
    expect(diagnostics.map(({ code }) => code)).toContain('ION4032')
  })
})
