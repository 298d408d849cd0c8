import { describe, expect, it } from 'vitest'
import { problemsOf, wordsOf } from './testing/problems-of.ts'

/** A workflow whose first node is given; it begins in line 2, column 5. */
const node = (text: string) => `nodes:\n  - ${text.replaceAll('\n', '\n    ')}\n`

describe('everything wrong is found in one pass', () => {
  it('each at its place, in order', () => {
    const text = `max_paralel: 2
inputs:
  port: {type: number, default: no}
nodes:
  - id: a
    bash: |
      echo "$nope.output"
    timeout: 5 minutes
  - id: b
    depends_on: [aa]
    trigger_rule: all_sucess
    prompt: >
      Look at
      $c.output
  - id: c
    needs: b
    when: $b.output = 'x'
    prompt: hi
  - id: c
    include: x
  - id: d
    loop: {prompt: again}
`
    expect(problemsOf(text)).toEqual([
      'ION1101 1:1',
      'ION1303 3:33',
      'ION2001 7:13',
      'ION1111 8:14',
      'ION1203 10:18',
      'ION1111 11:19',
      'ION1401 14:7',
      'ION1103 16:5',
      'ION2003 17:21',
      'ION1201 19:9',
      'ION1105 20:5',
      'ION1110 22:5',
      'ION1115 22:5',
    ])
  })

  it('a thousand are listed, the rest counted', () => {
    const text = `nodes:\n${'  - 1\n'.repeat(1500)}`
    const problems = problemsOf(text)
    expect(problems).toHaveLength(1001)
    expect(wordsOf(text).at(-1)?.message).toBe(
      'There are 500 more problems; only the first 1000 found are listed.',
    )
  })
})

describe('keys', () => {
  it.each([
    ['mistyped', 'max_paralel: 2', 'ION1101', 'Did you mean `max_parallel`?'],
    ['of another tool', 'concurrency: 2', 'ION1103', 'Write `max_parallel:`.'],
    ['that stand elsewhere', 'allowed_tools: [Read]', 'ION1104', 'It belongs on a node.'],
    [
      'that may stand in two places',
      'timeout: 5s',
      'ION1104',
      'It belongs under `defaults:` of the workflow or on a node.',
    ],
    [
      'that are not there yet',
      'evidence_policy: {required: true}',
      'ION1105',
      expect.stringContaining('a run must leave'),
    ],
    ['without a meaning', 'tags: [a]', 'warning ION1106', 'Ion does not group workflows.'],
    ['that nobody knows', 'colour: red', 'warning ION1102', 'Keys of your own begin with `x-`.'],
  ])('of a workflow %s', (_, line, code, hint) => {
    const text = `${line}\n${node('id: a\nbash: ls')}`
    expect(problemsOf(text)).toEqual([`${code} 1:1`])
    expect(wordsOf(text)[0]?.hint).toEqual(hint)
  })

  it.each([
    ['camel case', 'dependsOn: b', 'ION1101 4:5', 'Did you mean `depends_on`?'],
    ['another tool’s', 'needs: [b]', 'ION1103 4:5', 'Write `depends_on:`.'],
    ['kebab case', 'allow-failure: true', 'ION1101 4:5', 'Did you mean `allow_failure`?'],
    ['the loop’s', 'max_iterations: 3', 'ION1104 4:5', 'It belongs under `loop:`.'],
    ['the workflow’s', 'max_parallel: 3', 'ION1104 4:5', 'It belongs at the top of the workflow.'],
    ['an unsupported one', 'fan_out: {items: x}', 'ION1105 4:5', 'It belongs to `workflow` nodes.'],
    ['a gate that would not wait', 'interactive: true', 'ION1104 4:5', 'It belongs under `loop:`.'],
    ['a gate that is off', 'interactive: false', 'warning ION1106 4:5', expect.anything()],
    ['an agent’s, on bash', 'model: x', 'warning ION1107 4:5', undefined],
  ])('of a node: %s', (_, line, problem, hint) => {
    const text = `${node(`id: a\nbash: ls\n${line}`)}  - {id: b, bash: ls}\n`
    expect(problemsOf(text)).toEqual([problem])
    expect(wordsOf(text)[0]?.hint).toEqual(hint)
  })

  it('a mistyped key counts as the one that was meant', () => {
    const text = 'nodes:\n  - {id: a, bash: ls}\n  - {id: b, run: echo $a.output, needs: [a]}\n'
    expect(problemsOf(text)).toEqual(['ION1103 3:13', 'ION1103 3:34'])
  })

  it('mistyped nodes are read all the same', () => {
    expect(problemsOf('nods:\n  - {id: a, bash: 5}\n')).toEqual(['ION1101 1:1', 'ION1111 2:19'])
  })

  it('a node of a type that is not supported gives one error', () => {
    expect(
      problemsOf(node('id: a\nworkflow: x\ninput: y\nisolation: inherit\nfan_out: {items: $b.output}')),
    ).toEqual(['ION1105 3:5'])
  })

  it('steps instead of nodes', () => {
    expect(wordsOf('name: a\nsteps:\n  - run: ls\n')).toEqual([
      { message: '`steps` is called `nodes` here.', hint: 'Write `nodes:`.' },
    ])
  })
})

describe('values', () => {
  it.each([
    ['bash: 5', 'ION1111 3:11', '`bash` must be a text, and is the number 5.'],
    ['bash: ""', 'ION1111 3:11', '`bash` must not be empty.'],
    ['prompt: "  "', 'ION1111 3:13', '`prompt` must not be empty.'],
    ['prompt:', 'ION1111 3:5', '`prompt` must be a text, and is empty.'],
    ['bash: [ls]', 'ION1111 3:11', '`bash` must be a text, and is a list.'],
    ['command: ../x', 'ION1117 3:14', "`../x` can't be the name of a command."],
    ['approval: yes', 'ION1111 3:15', '`approval` must be a mapping, and is a text.'],
    ['approval: {}', 'ION1110 3:5', '`approval` needs a `message`: what the person is asked.'],
    ['loop: {until: X, max_iterations: 2}', 'ION1110 3:5', expect.stringContaining('needs `prompt`')],
    ['loop: {prompt: x, until: X}', 'ION1110 3:5', expect.stringContaining('needs `max_iterations`')],
    ['loop: {prompt: x, max_iterations: 2}', 'ION1115 3:5', 'Nothing says when this loop is done.'],
    ['loop: {prompt: x, command: y, until: X, max_iterations: 2}', 'ION1116 3:23', expect.anything()],
    [
      'loop: {prompt: x, until: X, max_iterations: 1.5}',
      'ION1111 3:49',
      expect.stringContaining('whole number'),
    ],
  ])('%s', (line, problem, message) => {
    const text = node(`id: a\n${line}`)
    expect(problemsOf(text)).toEqual([problem])
    expect(wordsOf(text)[0]?.message).toEqual(message)
  })

  it.each([
    ['timeout: 0', 'ION1111 4:14'],
    ['timeout: 25d', 'ION1111 4:14'],
    ['timeout: soon', 'ION1111 4:14'],
    ['timeout: "100"', 'ION1111 4:14'],
    ['when: true', 'ION1111 4:11'],
    ['retry: 3', 'ION1111 4:12'],
    ['retry: {on_error: all}', 'ION1110 4:5'],
    ['retry: {max_attempts: -1}', 'ION1111 4:27'],
    ['retry: {max_attempts: 1, on_error: never}', 'ION1111 4:40'],
    ['allow_failure: maybe', 'ION1111 4:20'],
    ['env: {A B: 1}', 'ION1118 4:11'],
    ['env: {A: [1]}', 'ION1111 4:14'],
    ['cwd: ""', 'ION1111 4:10'],
    ['description: 5', 'ION1111 4:18'],
    ['on_interrupt: skip', 'ION1111 4:19'],
  ])('%s', (line, problem) => {
    expect(problemsOf(node(`id: a\nbash: ls\n${line}`))).toEqual([problem])
  })

  it('a node that is nothing, and one that is two things', () => {
    expect(problemsOf(node('id: a'))).toEqual(['ION1113 2:9'])
    expect(problemsOf(node('id: a\nbash: ls\nprompt: hi'))).toEqual(['ION1114 4:5'])
  })

  it('what does nothing on a gate is warned of', () => {
    const text = node('id: a\napproval: {message: Hi}\nretry: {max_attempts: 1}\ntimeout: 5s')
    expect(problemsOf(text)).toEqual(['warning ION1107 4:5', 'warning ION1107 5:5'])
  })

  it('suggests what was meant', () => {
    expect(wordsOf(node('id: a\nbash: ls\ntrigger_rule: ALL_DONE'))[0]?.hint).toBe('Did you mean `all_done`?')
    expect(wordsOf(node('id: a\nbash: 5'))[0]?.hint).toBe('Quote it: `"5"`.')
  })
})

describe('the workflow', () => {
  it.each([
    ['has no nodes', 'name: a\n', 'ION1110 1:1'],
    ['has an empty list of nodes', 'nodes: []\n', 'ION1111 1:8'],
    ['has a mapping of nodes', 'nodes:\n  a: {bash: ls}\n', 'ION1111 1:1'],
    ['has a bad name', 'name: [a]\nnodes: [{id: a, bash: ls}]\n', 'ION1111 1:7'],
    ['has no limit', 'max_parallel: 0\nnodes: [{id: a, bash: ls}]\n', 'ION1111 1:15'],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })
})

describe('inputs', () => {
  it.each([
    ['required and with a default', 'x: {required: true, default: 1}', 'ION1302 2:23'],
    ['a default of another type', 'x: {type: number, default: a}', 'ION1303 2:30'],
    ['a default that is not allowed', 'x: {enum: [a, b], default: c}', 'ION1303 2:30'],
    ['allowed values of another type', 'x: {type: number, enum: [a]}', 'ION1303 2:21'],
    ['a bad name', '1x: a', 'ION1301 2:3'],
    ['a type that does not exist', 'x: {type: text}', 'ION1111 2:13'],
    ['a list', 'x: [a]', 'ION1111 2:3'],
    ['a key that does not exist', 'x: {defualt: a}', 'ION1101 2:7'],
    ['one environment variable for two', 'a-b: x\n  A_B: y', 'ION1304 3:3'],
  ])('%s', (_, line, problem) => {
    expect(problemsOf(`inputs:\n  ${line}\n${node('id: a\nbash: ls')}`)).toEqual([problem])
  })

  it('that are used must be declared where any is', () => {
    const text = `inputs: {issue: }\n${node('id: a\nprompt: See $INPUTS.isue')}`
    expect(problemsOf(text)).toEqual(['ION2002 4:17'])
    expect(wordsOf(text)[0]?.hint).toBe('Did you mean `issue`?')
  })
})
