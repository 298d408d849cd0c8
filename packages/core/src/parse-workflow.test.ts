import { describe, expect, it } from 'vitest'
import type { NodeDefinition, WorkflowDefinition } from './definition.ts'
import { parseWorkflow } from './parse-workflow.ts'

function parsed(text: string, path: string | null = 'test.yaml'): WorkflowDefinition {
  const result = parseWorkflow(text, { path })
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 2))
  return result.workflow
}

function nodeOf(text: string): NodeDefinition {
  const [node] = parsed(`nodes:\n  - ${text.replaceAll('\n', '\n    ')}`).nodes
  if (!node) throw new Error('no node')
  return node
}

describe('a workflow', () => {
  it('has its fields', () => {
    const text = 'name: release\ndescription: Ships it\nmax_parallel: 3\nnodes: [{id: a, bash: ls}]\n'
    expect(parsed(text)).toMatchObject({
      name: 'release',
      description: 'Ships it',
      maxParallel: 3,
      inputs: new Map(),
      agent: {},
      source: { format: 'yaml', text, path: 'test.yaml' },
    })
  })

  it('is named after its file when it has no name', () => {
    expect(parsed('nodes: [{id: a, bash: ls}]', '/x/deploy.prod.yml').name).toBe('deploy.prod')
  })

  it('keeps the nodes in order of declaration', () => {
    const text = 'nodes: [{id: b, bash: ls, depends_on: a}, {id: a, bash: ls}]'
    expect(parsed(text).nodes.map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('says where each node is defined', () => {
    const text = 'nodes:\n  - id: a\n    bash: ls\n  - id: b\n    bash: ls\n'
    expect(parsed(text).nodes.map(({ position }) => position)).toEqual([
      { line: 2, column: 5 },
      { line: 4, column: 5 },
    ])
  })

  it('reads files with Windows line ends as those without', () => {
    const text = 'nodes:\n  - id: a\n    bash: |\n      one\n      two\n'
    const { nodes } = parsed(text.replaceAll('\n', '\r\n'))
    expect(nodes).toEqual(parsed(text).nodes)
  })

  it('resolves aliases', () => {
    const text = 'nodes:\n  - {id: a, bash: &script echo hi}\n  - {id: b, bash: *script}\n'
    const [a, b] = parsed(text).nodes
    expect(a?.type === 'bash' && b?.type === 'bash' && a.script.source === b.script.source).toBe(true)
  })

  it('leaves keys that begin with x- to their authors', () => {
    const text = 'x-team: core\nnodes: [{id: a, bash: ls, x-cost: 3}]'
    expect(parseWorkflow(text, { path: 'a.yaml' }).diagnostics).toEqual([])
  })
})

describe('inputs', () => {
  const inputsOf = (text: string) => parsed(`inputs:\n${text}\nnodes: [{id: a, bash: ls}]`).inputs

  it('have type, default, description and allowed values', () => {
    expect(
      inputsOf('  count: {type: number, default: 3, description: How many, enum: [1, 3]}').get('count'),
    ).toEqual({
      type: 'number',
      default: 3,
      description: 'How many',
      required: false,
      enum: [1, 3],
    })
  })

  it.each([
    ['nothing is said', 'x:', { type: 'string', description: null, required: false }],
    ['only a value stands there', 'x: 5', { type: 'number', description: null, required: false, default: 5 }],
    ['there is a default', 'x: {default: true}', { type: 'boolean', default: true }],
    ['the default is a list', 'x: {default: [1]}', { type: 'json', default: [1] }],
    ['there are allowed values', 'x: {enum: [a, b]}', { type: 'string', enum: ['a', 'b'] }],
  ])('take their type from what is there: %s', (_, text, input) => {
    expect(inputsOf(`  ${text}`).get('x')).toMatchObject(input)
  })

  it('that are used and nowhere declared are required texts', () => {
    const result = parseWorkflow('name: a\nnodes:\n  - {id: a, prompt: Look at $INPUTS.base}\n')
    expect(result.workflow?.inputs.get('base')).toEqual({ type: 'string', description: null, required: true })
    expect(result.diagnostics).toMatchObject([{ code: 'ION1306', severity: 'warning' }])
  })
})

describe('a node', () => {
  it('has the defaults of its type', () => {
    expect(nodeOf('id: a\nbash: ls')).toMatchObject({
      type: 'bash',
      description: null,
      dependsOn: [],
      triggerRule: 'all_success',
      when: null,
      retry: { maxAttempts: 0, delayMs: 3000, onError: 'transient' },
      timeoutMs: 120_000,
      idleTimeoutMs: null,
      env: new Map(),
      cwd: null,
      allowFailure: false,
      onInterrupt: 'rerun',
    })
    expect(nodeOf('id: a\nprompt: hi')).toMatchObject({
      retry: { maxAttempts: 2 },
      timeoutMs: null,
      idleTimeoutMs: 1_800_000,
    })
  })

  it('has what it says', () => {
    const text = [
      'id: a',
      'description: Does it',
      'bash: ls',
      'trigger_rule: all_done',
      'retry: {max_attempts: 3, delay_ms: 1s, on_error: all}',
      'timeout: 5m',
      'idle_timeout: 1500',
      'allow_failure: true',
      'on_interrupt: fail',
    ].join('\n')
    expect(nodeOf(text)).toMatchObject({
      description: 'Does it',
      triggerRule: 'all_done',
      retry: { maxAttempts: 3, delayMs: 1000, onError: 'all' },
      timeoutMs: 300_000,
      idleTimeoutMs: 1500,
      allowFailure: true,
      onInterrupt: 'fail',
    })
  })

  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
    ['250', 250],
  ])('takes a duration of %s', (duration, ms) => {
    expect(nodeOf(`id: a\nbash: ls\ntimeout: ${duration}`).timeoutMs).toBe(ms)
  })

  it('depends on one node or on several, each once', () => {
    const nodes = parsed(
      'nodes: [{id: a, bash: ls}, {id: b, bash: ls, depends_on: a}, {id: c, bash: ls, depends_on: [a, b, a]}]',
    )
    expect(nodes.nodes.map(({ dependsOn }) => dependsOn)).toEqual([[], ['a'], ['a', 'b']])
  })

  it('has its environment as texts, numbers as they are written', () => {
    const { env } = nodeOf('id: a\nbash: ls\nenv: {VERSION: 1.10, ON: true, NONE: , WHO: $ARGUMENTS}')
    expect([...env].map(([name, { source }]) => [name, source])).toEqual([
      ['VERSION', '1.10'],
      ['ON', 'true'],
      ['NONE', ''],
      ['WHO', '$ARGUMENTS'],
    ])
  })

  it('hands the keys for its agent over, those of the workflow under its own', () => {
    const text =
      'model: big\nprovider: p\nnodes:\n  - {id: a, prompt: hi, model: small, output_format: {type: object}}\n'
    expect(parsed(text).nodes[0]).toMatchObject({
      agent: { provider: 'p', model: 'small', output_format: { type: 'object' } },
    })
  })

  it('takes the defaults of the workflow, its own first', () => {
    const text = [
      'defaults: {retry: {max_attempts: 5}, timeout: 1s, env: {A: 1, B: 2}, cwd: sub, on_interrupt: fail}',
      'nodes:',
      '  - {id: a, bash: ls, env: {B: 3}, retry: {on_error: all}}',
      '  - {id: b, bash: ls, cwd: own, timeout: 2s, on_interrupt: rerun}',
      '  - {id: c, approval: {message: Go on?}}',
    ].join('\n')
    const [a, b, c] = parsed(text).nodes
    expect(a).toMatchObject({
      retry: { maxAttempts: 5, onError: 'all' },
      timeoutMs: 1000,
      onInterrupt: 'fail',
    })
    expect([...(a?.env ?? [])].map(([name, { source }]) => name + source)).toEqual(['A1', 'B3'])
    expect(b).toMatchObject({ cwd: { source: 'own' }, timeoutMs: 2000, onInterrupt: 'rerun' })
    expect(c).toMatchObject({ cwd: null, timeoutMs: null, env: new Map() })
  })
})

describe('node types', () => {
  it('loop over a prompt', () => {
    const text =
      'id: a\nloop:\n  prompt: Again\n  until: DONE\n  until_bash: test -f x\n  max_iterations: 4\n  fresh_context: true'
    expect(nodeOf(text)).toMatchObject({
      type: 'loop',
      body: { kind: 'prompt', prompt: { source: 'Again' } },
      until: 'DONE',
      untilBash: { source: 'test -f x' },
      maxIterations: 4,
      freshContext: true,
    })
  })

  it('loop over a command', () => {
    expect(nodeOf('id: a\nloop: {command: fix, until: DONE, max_iterations: 2}')).toMatchObject({
      body: { kind: 'command', command: 'fix' },
      untilBash: null,
      freshContext: false,
    })
  })

  it('ask a person', () => {
    expect(nodeOf('id: a\napproval: {message: Ship it?, capture_response: true}')).toMatchObject({
      type: 'approval',
      message: { source: 'Ship it?' },
      captureResponse: true,
    })
  })

  it('send a command file, and end the run', () => {
    expect(nodeOf('id: a\ncommand: review')).toMatchObject({ type: 'command', command: 'review' })
    expect(nodeOf('id: a\ncancel: No reason')).toMatchObject({
      type: 'cancel',
      reason: { source: 'No reason' },
    })
  })
})
