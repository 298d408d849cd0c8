import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTemplate, templateReferences } from './parse-template.ts'
import type { TemplateContext } from './problem.ts'
import { renderTemplate } from './render-template.ts'
import { scopeOf } from './testing/run-in-bash.ts'

const context: TemplateContext = {
  nodeIds: new Set(['a', 'b', 'fetch-issue']),
  inputs: new Set(['name', 'base-branch']),
}

/** Renders with every value being `V`. */
function render(source: string, value = 'V'): string {
  return renderTemplate(parseTemplate(source, context).template, scopeOf(value))
}

function problems(source: string): [string, string, string][] {
  return parseTemplate(source, context).problems.map(({ code, severity, start, end }) => [
    code,
    severity,
    source.slice(start, end),
  ])
}

function hints(source: string): (string | undefined)[] {
  return parseTemplate(source, context).problems.map(({ hint }) => hint)
}

describe('a reference in a text', () => {
  it.each([
    ['$ARGUMENTS', 'V'],
    ['${ARGUMENTS}_x', 'V_x'],
    ['$USER_MESSAGE, $WORKFLOW_ID-x.txt', 'V, V-x.txt'],
    ['$BASE_BRANCH...HEAD', 'V...HEAD'],
    ['$INPUTS.name ${INPUTS.base-branch}', 'V V'],
    ['$a.output$b.output', 'VV'],
    ['$fetch-issue.output', 'V'],
    ['${fetch-issue.output}-x', 'V-x'],
    ['$a.output-x', 'V-x'],
    ['$a.status $a.exit_code', 'completed 0'],
    ['$a.status.txt', 'completed.txt'],
    ['It is $a.output.', 'It is V.'],
    ['It is $a.output. Then', 'It is V. Then'],
    ['$a.output...', 'V...'],
    ['$a.output[x] $a.output[', 'V[x] V['],
    ['"$a.output", ($a.output)', '"V", (V)'],
    ['$$a.output', '$V'],
    ['$RUN_ID.output', 'V.output'],
  ])('%s is %s', (source, text) => {
    expect(render(source)).toBe(text)
    expect(problems(source)).toEqual([])
  })

  it('knows its path and its place', () => {
    const source = 'See $a.output.items[0].name.'
    expect(templateReferences(parseTemplate(source, context).template)).toEqual([
      {
        reference: { kind: 'node', nodeId: 'a', property: 'output', path: ['items', 0, 'name'] },
        source: '$a.output.items[0].name',
        start: 4,
        end: 27,
      },
    ])
  })

  it('ends before the ending of a file name that stands behind a field', () => {
    expect(parseTemplate('see docs/$a.output.slug.md.', context).template.segments).toMatchObject([
      'see docs/',
      { source: '$a.output.slug', reference: { path: ['slug'] } },
      '.md.',
    ])
    expect(parseTemplate('${a.output.slug.md}', context).template.segments).toMatchObject([
      { reference: { path: ['slug', 'md'] } },
    ])
  })

  it('is never looked for in values', () => {
    expect(render('<$a.output>', '$ARGUMENTS $& $$ ${INPUTS.name}')).toBe('<$ARGUMENTS $& $$ ${INPUTS.name}>')
  })
})

describe('what is no reference', () => {
  it.each([
    '$& $$ $1 $HOME ${HOME} $(date) $ $',
    '$BASE_BRANCH_NAME $USER_MESSAGES',
    '$ab.foo $a.foo $a. $a $INPUTS $INPUTS.',
    '$response.status ${response.error}',
    '${} ${ARGUMENTS:-x} ${a} ${',
    '\\n \\$HOME C:\\temp\\ \\\\$HOME',
    '$LOOP_PREV $a-b',
  ])('stays as it is: %s', (source) => {
    expect(render(source)).toBe(source)
    expect(problems(source)).toEqual([])
  })

  it('stays as it is, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('$', '{', '}', '\\', '.', '[0]', 'x', 'output', 'HOME', ' '))
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (source) => {
        fc.pre(!/\$\{?x+\.output/.test(source) && !source.includes('x.output'))
        expect(render(source)).toBe(source)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a backslash before a reference', () => {
  it.each([
    [String.raw`\$ARGUMENTS`, '$ARGUMENTS'],
    [String.raw`\\$ARGUMENTS`, String.raw`\V`],
    [String.raw`\\\$ARGUMENTS`, String.raw`\$ARGUMENTS`],
    [String.raw`\\\\$ARGUMENTS`, String.raw`\\V`],
    [String.raw`\${a.output} \$INPUTS.name`, '${a.output} $INPUTS.name'],
    [String.raw`\$nowhere.output \$LOOP_PREV.a.output`, '$nowhere.output $LOOP_PREV.a.output'],
    [String.raw`$a.output\$a.output`, 'V$a.output'],
    [String.raw`\$a.status \$nowhere.status`, String.raw`$a.status \$nowhere.status`],
  ])('%s is %s', (source, text) => {
    expect(render(source)).toBe(text)
    expect(problems(source)).toEqual([])
  })
})

describe('what is wrong with a text', () => {
  it.each([
    ['Fix $fetch-isue.output.x now', 'ION2001', 'error', '$fetch-isue.output.x'],
    ['${nowhere.output}', 'ION2001', 'error', '${nowhere.output}'],
    ['$INPUTS.nam', 'ION2002', 'error', '$INPUTS.nam'],
    ['${INPUTS.nam}', 'ION2002', 'error', '${INPUTS.nam}'],
    ['$LOOP_PREV.a.output', 'ION2004', 'error', '$LOOP_PREV.a'],
    ['$a.outputs', 'ION2005', 'warning', '$a.outputs'],
    ['${a.staus}', 'ION2005', 'warning', '${a.staus}'],
    ['${a.output:-x}', 'ION2006', 'error', '${a.output'],
    ['${a.output', 'ION2006', 'error', '${a.output'],
    ['${INPUTS.name|upper}', 'ION2006', 'error', '${INPUTS.name'],
    ['docs/$a.output.md', 'ION2008', 'warning', '$a.output.md'],
    ['docs/$a.output.slug.md', 'ION2008', 'warning', '$a.output.slug'],
    ['$fetch-isue.status', 'ION2014', 'warning', '$fetch-isue.status'],
  ])('%s', (source, ...problem) => {
    expect(problems(source)).toEqual([problem])
  })

  it('comes with what to do', () => {
    expect(hints('$fetch-isue.output')).toEqual(['Did you mean `fetch-issue`?'])
    expect(hints('$x.output')).toEqual(['To have it as text, put a backslash before the `$`.'])
    expect(hints('$INPUTS.nam')).toEqual(['Did you mean `name`?'])
    expect(hints('$INPUTS.name-report')[0]).toContain('`${INPUTS.name}-report`')
    expect(hints('$a.exitcode')).toEqual(['Did you mean `$a.exit_code`?'])
    expect(hints('$a.output.md')).toEqual(['For a file name write `${a.output}.md`.'])
    expect(hints('$a.output.slug.md')).toEqual(['To be plain about it write `${a.output.slug}.md`.'])
  })
})
