import { describe, expect, it } from 'vitest'
import type { NodeDefinition, ScriptNode } from './definition.ts'
import { parseWorkflow } from './parse-workflow.ts'
import { resolveWith } from './resolve-with.ts'
import { renderScript } from './template/script/render-script.ts'
import { scopeOf } from './template/testing/run-in-bash.ts'
import { problemsOf, wordsOf } from './testing/problems-of.ts'
import { workflowReferences } from './workflow-references.ts'

/** A workflow with an upstream node `a` and one more node. */
function workflowWith(node: string, head = 'inputs: {channel: beta}'): string {
  return `name: test\n${head}\nnodes:\n  - {id: a, bash: echo 1}\n  - id: b\n    depends_on: a\n${node.replace(/^/gm, '    ')}\n`
}

function parsed(text: string) {
  const { workflow, diagnostics } = parseWorkflow(text)
  if (workflow === null) throw new Error(JSON.stringify(diagnostics))
  return workflow
}

function nodeOf(node: string, head?: string): NodeDefinition {
  const found = parsed(workflowWith(node, head)).nodes[1]
  if (found === undefined) throw new Error('no node')
  return found
}

function scriptOf(node: string, head?: string): ScriptNode {
  const found = nodeOf(node, head)
  if (found.type !== 'script') throw new Error('no script')
  return found
}

const scope = { ...scopeOf('V'), input: (name: string) => (name === 'channel' ? 'beta' : undefined) }

describe('a script node', () => {
  it('has two minutes, no retries and no packages where nothing is said', () => {
    expect(scriptOf('script: report')).toMatchObject({
      type: 'script',
      source: 'report',
      runtime: null,
      deps: [],
      with: new Map(),
      template: null,
      timeoutMs: 120_000,
      idleTimeoutMs: null,
      retry: { maxAttempts: 0 },
    })
  })

  it.each([
    ['bun', 'typescript', '1+"V"'],
    ['node', 'typescript', '1+"V"'],
    ['uv', 'python', '1+"V"'],
    ['python', 'python', '1+"V"'],
  ])('of the runtime %s is a program of %s', (runtime, language, rendered) => {
    const { template, source } = scriptOf(`runtime: ${runtime}\nscript: |\n  1+$a.output\n`)
    expect(source).toBe('1+$a.output\n')
    expect(template).toMatchObject({ language })
    expect(template && renderScript(template, scope)).toBe(`${rendered}\n`)
  })

  it('needs a runtime when its text can be no file', () => {
    expect(problemsOf(workflowWith('script: print(1, 2)'))).toEqual(['ION1110 7:5'])
    expect(wordsOf(workflowWith('script: print(1, 2)'))[0]?.message).toContain('`runtime`')
    expect(problemsOf(workflowWith('script: tools/report.py'))).toEqual([])
  })

  it('takes only runtimes that there are, and packages that are texts', () => {
    expect(problemsOf(workflowWith('script: x = 1\nruntime: pyhton'))).toEqual(['ION1111 8:14'])
    expect(wordsOf(workflowWith('script: x = 1\nruntime: pyhton'))[0]).toEqual({
      message: '`runtime` must be one of `bun`, `node`, `uv`, `python`.',
      hint: 'Did you mean `python`?',
    })
    expect(problemsOf(workflowWith('script: x\ndeps: [left-pad, 3]'))).toEqual(['ION1111 8:22'])
    expect(problemsOf(workflowWith('script: x\ndeps: left-pad'))).toEqual(['ION1111 8:11'])
    expect(problemsOf(workflowWith("script: x\ndeps: ['']"))).toEqual(['ION1111 8:12'])
    expect(scriptOf("script: x\ndeps: ['requests==2.*', left-pad]").deps).toEqual([
      'requests==2.*',
      'left-pad',
    ])
  })

  it('has its references checked', () => {
    const node = 'runtime: node\nscript: "[$a.outputs, $b.output, $nope.output, $INPUTS.chanel]"'
    expect(problemsOf(workflowWith(node))).toEqual([
      'warning ION2005 8:15',
      'ION1402 8:27',
      'ION2001 8:38',
      'ION2002 8:52',
    ])
    const later = `${workflowWith('runtime: uv\nscript: f($c.output)')}  - {id: c, bash: echo}\n`
    expect(problemsOf(later)).toEqual(['ION1401 8:15'])
    const references = [
      ...workflowReferences(parsed(workflowWith('runtime: uv\nscript: f($a.output, $RUN_ID)'))),
    ]
    expect(references.map(({ nodeId, field, reference }) => [nodeId, field, reference.source])).toEqual([
      ['b', 'script', '$a.output'],
      ['b', 'script', '$RUN_ID'],
    ])
  })

  it('has to be one that can be read', () => {
    expect(problemsOf(workflowWith(`runtime: python\nscript: print('x)`))).toEqual(['ION2015 8:19'])
  })

  it('is the only one with a use for a runtime and packages', () => {
    expect(problemsOf(workflowWith('bash: echo\nruntime: bun\ndeps: [x]\nwith: {x: 1}'))).toEqual([
      'warning ION1107 8:5',
      'warning ION1107 9:5',
      'warning ION1107 10:5',
    ])
    expect(problemsOf(workflowWith('command: review\ndeps: [x]\nwith: {x: 1}'))).toEqual([
      'warning ION1107 8:5',
    ])
    expect(problemsOf(workflowWith('script: x\nmodel: big'))).toEqual(['warning ION1107 8:5'])
  })
})

describe.each(['script: report', 'command: review'])('with, on %s', (head) => {
  const withOf = (values: string) => {
    const node = nodeOf(`${head}\nwith: ${values}`)
    return node.type === 'script' || node.type === 'command' ? node.with : new Map()
  }

  it('gives texts, references with their type, and literals', () => {
    const values = withOf(
      '{t: "<$a.output>", r: $a.exit_code, s: "${a.output}", n: 3, b: true, e: ~, l: [1, {x: y}], p: x}',
    )
    expect(Array.from(values, ([name, { kind }]) => `${name} ${kind}`)).toEqual([
      't template',
      'r reference',
      's reference',
      'n literal',
      'b literal',
      'e literal',
      'l literal',
      'p literal',
    ])
    expect(Object.fromEntries(resolveWith(values, scope))).toEqual({
      t: '<V>',
      r: 0,
      s: 'V',
      n: 3,
      b: true,
      e: null,
      l: [1, { x: 'y' }],
      p: 'x',
    })
  })

  it('has another value for what was skipped, if it says so', () => {
    const skipped = {
      ...scope,
      node: () => ({ status: 'skipped', output: '', error: '', exitCode: null }) as const,
    }
    const given = withOf('{x: {from: $a.output.n, if_skipped: {none: true}}}')
    expect(resolveWith(given, skipped).get('x')).toEqual({ none: true })
    expect(resolveWith(withOf('{x: {from: $a.output, if_skipped: ~}}'), skipped).get('x')).toBeNull()
    expect(resolveWith(withOf('{x: {from: $a.output}}'), skipped).get('x')).toBe('')
    expect(() => resolveWith(withOf('{x: {from: $a.output.n}}'), skipped)).toThrow(/was skipped/)
    expect(resolveWith(withOf('{x: {from: $a.output, if_skipped: 1}}'), scope).get('x')).toBe('V')
  })

  it.each([
    ['{a-b: 1, a_b: 2}', 'ION1304 8:20'],
    ['{"1": 1}', 'ION1301 8:12'],
    ['{x: {y: 1}}', 'ION1121 8:16'],
    ['{x: {if_skipped: 1}}', 'ION1121 8:12'],
    ['{x: {from: $a.output, els: 1}}', 'ION1121 8:33'],
    ['{x: {from: "a $a.output"}}', 'ION1121 8:22'],
    ['{x: {from: 1}}', 'ION1121 8:22'],
    ['{x: $nope.output}', 'ION2001 8:15'],
    ['{x: {from: $b.output}}', 'ION1402 8:22'],
    ['[x]', 'ION1111 8:11'],
  ])('has to be right: %s', (values, problem) => {
    expect(problemsOf(workflowWith(`${head}\nwith: ${values}`))).toEqual([problem])
  })
})

describe('what with gives to a script', () => {
  it('can be referred to in its text, and is no input of the run', () => {
    const node = 'runtime: node\nwith: {count: 3}\nscript: "[$INPUTS.count, $INPUTS.other]"'
    const workflow = parsed(workflowWith(node, ''))
    expect([...workflow.inputs.keys()]).toEqual(['other'])
    expect(problemsOf(workflowWith(node))).toEqual(['ION2002 9:30'])
    const fields = [...workflowReferences(workflow)].map(({ field, reference }) => [field, reference.source])
    expect(fields).toEqual([['script', '$INPUTS.other']])
  })
})
