import { describe, expect, it } from 'vitest'
import { parseWorkflow } from './parse-workflow.ts'
import { problemsOf, wordsOf } from './testing/problems-of.ts'

/** A workflow whose node is given; it begins in line 2, column 5. */
const node = (text: string) => `nodes:\n  - ${text.replaceAll('\n', '\n    ')}\n`

function nodeOf(text: string) {
  const { workflow, diagnostics } = parseWorkflow(node(text), { path: 'test.yaml' })
  expect(diagnostics).toEqual([])
  return workflow?.nodes[0]
}

describe('an approval with on_reject', () => {
  const text = `id: ask
approval:
  message: "Good? $LOOP_PREV_OUTPUT"
  on_reject: {prompt: "Change it: $REJECTION_REASON"}`

  it('has up to three reworks where nothing is said', () => {
    expect(nodeOf(text)).toMatchObject({ type: 'approval', onReject: { maxAttempts: 3 } })
    expect(nodeOf(text.replace('"}', '", max_attempts: 1}'))).toMatchObject({ onReject: { maxAttempts: 1 } })
  })

  it('runs something: it takes what a prompt takes, with the same defaults', () => {
    const plain = nodeOf(text)
    expect(plain).toMatchObject({ retry: { maxAttempts: 2 }, idleTimeoutMs: 1_800_000, agent: {} })
    expect(nodeOf(`${text}\nmodel: small\nretry: {max_attempts: 5}\ntimeout: 5s`)).toMatchObject({
      agent: { model: 'small' },
      retry: { maxAttempts: 5 },
      timeoutMs: 5000,
    })
  })

  it.each([
    ['on_reject: {max_attempts: 2}', 'ION1110 4:7'],
    ['on_reject: {prompt: "", max_attempts: 2}', 'ION1111 4:27'],
    ['on_reject: {prompt: x, max_attempts: 0}', 'ION1111 4:44'],
    ['on_reject: {prompt: x, max_attempts: 11}', 'ION1111 4:44'],
    ['on_reject: {prompt: x, max_attemps: 2}', 'ION1101 4:30'],
    ['on_reject: again', 'ION1111 4:18'],
    ['on_reject: {prompt: $ghost.output}', 'ION2001 4:27'],
    ['max_attempts: 2', 'ION1104 4:7'],
    ['decisions: [{id: approve}]', 'ION1105 4:7'],
  ])('%s', (line, problem) => {
    const problems = problemsOf(node(`id: a\napproval:\n  ${line}\n  message: x`))
    expect(problems).toEqual([problem])
  })

  it('keeps its variables to itself', () => {
    expect(problemsOf('nodes: [{id: a, prompt: $LOOP_PREV_OUTPUT}]')).toEqual(['ION1403 1:25'])
    expect(problemsOf(node('id: a\napproval: {message: $LOOP_USER_INPUT}'))).toEqual(['ION1403 3:25'])
    expect(problemsOf('nodes: [{id: a, prompt: $REJECTION_REASON}]')).toEqual(['warning ION1404 1:25'])
  })
})

describe('an interactive loop', () => {
  const loop = (more: string) => `id: a\nloop: {prompt: x, until: DONE, max_iterations: 2, ${more}}`

  it('has a gate', () => {
    expect(nodeOf(loop('interactive: true, gate_message: "$LOOP_PREV_OUTPUT?"'))).toMatchObject({
      gate: { signalCompletes: false },
    })
    expect(nodeOf(loop('interactive: true, gate_message: ok, signal_completes: true'))).toMatchObject({
      gate: { signalCompletes: true },
    })
    expect(nodeOf(loop('interactive: false, signal_completes: false'))).toMatchObject({ gate: null })
  })

  it('needs a message', () => {
    expect(problemsOf(node(loop('interactive: true')))).toEqual(['ION1110 3:55'])
    expect(problemsOf(node(loop('interactive: true, gate_message: ""')))).toEqual(['ION1111 3:88'])
  })

  it('is said by `interactive`, without which the rest has no effect', () => {
    expect(problemsOf(node(loop('gate_message: x, signal_completes: true')))).toEqual([
      'warning ION1107 3:55',
      'warning ION1107 3:72',
    ])
  })

  it('is said under `loop`', () => {
    const text = `${node(`id: a\ninteractive: true\nloop: {prompt: x, until: X, max_iterations: 2}`)}`
    expect(problemsOf(text)).toEqual(['ION1104 3:5'])
    expect(wordsOf(text)[0]?.hint).toBe('It belongs under `loop:`.')
  })
})

describe('until_field', () => {
  const text = (format: string) =>
    node(`id: a\n${format}loop: {prompt: x, until_field: done, max_iterations: 2}`)
  const format = (properties: string, more = ', required: [done]') =>
    `output_format: {type: object, properties: {${properties}}${more}}\n`

  it('says when the loop is done', () => {
    const { workflow, diagnostics } = parseWorkflow(text(format('done: {type: boolean}')), {
      path: 'test.yaml',
    })
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(workflow?.nodes[0]).toMatchObject({ untilField: 'done', until: null, untilBash: null })
  })

  it.each([
    ['no output_format', '', 'ION1119 3:36', /needs `output_format`/, undefined],
    [
      'no such property',
      format('ok: {type: boolean}'),
      'ION1119 4:36',
      /declares no property `done`/,
      undefined,
    ],
    [
      'a slip',
      format('dome: {type: boolean}'),
      'ION1119 4:36',
      /declares no property/,
      'Did you mean `dome`?',
    ],
    ['another type', format('done: {type: string}'), 'ION1119 3:48', /needs a boolean/, undefined],
    [
      'not required',
      format('done: {type: boolean}', ''),
      'ION1119 4:36',
      /does not require `done`/,
      undefined,
    ],
    [
      'others required',
      format('done: {type: boolean}', ', required: [ok]'),
      'ION1119 3:72',
      /does not require/,
      undefined,
    ],
  ])('%s', (_, given, problem, message, hint) => {
    expect(problemsOf(text(given))).toEqual([problem])
    const [words] = wordsOf(text(given))
    expect(words?.message).toMatch(message)
    if (hint) expect(words?.hint).toBe(hint)
  })
})
