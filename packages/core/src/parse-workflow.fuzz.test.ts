import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from './format-diagnostic.ts'
import { type ParseResult, parseWorkflow } from './parse-workflow.ts'

const example = `name: example
inputs: {issue: {type: number, default: 3}}
defaults: {timeout: 5m, env: {A: b}}
nodes:
  - id: plan
    prompt: |
      Plan $INPUTS.issue for "$ARGUMENTS"
  - id: build
    depends_on: [plan]
    when: $plan.output != 'no' && $plan.status == 'completed'
    bash: |
      cat <<'EOF' | sed "s/a/b/"
      $plan.output
      EOF
    retry: {max_attempts: 2, delay_ms: 1s}
  - id: fix
    depends_on: build
    loop: {prompt: "Fix \\u00e9 $LOOP_PREV_OUTPUT", until: DONE, until_bash: 'test $build.exit_code = 0', max_iterations: 3}
  - {id: ask, depends_on: fix, approval: {message: Ship $fix.output?}}
`

const pieces = [
  ...[
    'nodes:',
    'id: ',
    '  - ',
    'bash: |\n',
    'prompt: >-\n',
    'when: ',
    '$a.output',
    '${',
    '"',
    "'",
    '\\u',
    '&a ',
    '*a',
  ],
  ...[
    '<<: ',
    '!tag ',
    '---\n',
    '%YAML 1.1\n',
    '{',
    '}',
    '[',
    ']',
    ': ',
    '- ',
    '? ',
    '| ',
    '\t',
    '\n',
    '\r',
    '\0',
    '\uFEFF',
  ],
  ...[
    '\uD800',
    '😀',
    '__proto__: ',
    'constructor',
    'loop: ',
    '.nan',
    'null',
    '~',
    '<<EOF',
    '$((',
    '`',
    '#',
    ' #',
  ],
]

/** What holds for every result: all or nothing, and every diagnostic lies in the text and can be shown. */
function checkResult(result: ParseResult, text: string): void {
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error')
  expect(errors.length === 0).toBe(result.ok)
  const lines = text.split(/\r\n|\r|\n/)
  for (const diagnostic of result.diagnostics) {
    const { start, end } = diagnostic.range
    expect(start.line).toBeLessThanOrEqual(lines.length)
    expect(start.column).toBeLessThanOrEqual((lines[start.line - 1]?.length ?? 0) + 1)
    expect(end.line > start.line || (end.line === start.line && end.column >= start.column)).toBe(true)
    expect(diagnostic.message).toMatch(/\S/)
    expect(formatDiagnostic(diagnostic, text)).toContain(diagnostic.code)
  }
}

describe('whatever the text, parsing never throws and points into it', () => {
  it('of random characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) =>
        checkResult(parseWorkflow(text), text),
      ),
    )
  })

  it('of random pieces of workflows', () => {
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (source) => checkResult(parseWorkflow(source), source)),
      { numRuns: 1000 },
    )
  })

  it('of a workflow with pieces cut out and put in', () => {
    expect(parseWorkflow(example).ok).toBe(true)
    const cut = fc.tuple(fc.nat(example.length), fc.nat(20), fc.constantFrom('', ...pieces))
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
        let text = example
        for (const [at, length, piece] of cuts) text = text.slice(0, at) + piece + text.slice(at + length)
        checkResult(parseWorkflow(text), text)
      }),
      { numRuns: 1000 },
    )
  })

  it('of a workflow whose values are something else', () => {
    const value = fc.oneof(
      fc.json({ maxDepth: 2 }),
      fc.constantFrom('~', '.inf', '"$x.output"', '[[]]', '{a: {b: 1}}'),
    )
    const places = [...example.matchAll(/: (\S.*)$/gm)].map((match) => ({
      at: match.index + 2,
      length: match[1]?.length ?? 0,
    }))
    fc.assert(
      fc.property(fc.constantFrom(...places), value, ({ at, length }, other) => {
        const text = example.slice(0, at) + other + example.slice(at + length)
        checkResult(parseWorkflow(text), text)
      }),
      { numRuns: 500 },
    )
  })
})
