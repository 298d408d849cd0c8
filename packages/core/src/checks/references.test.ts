import { describe, expect, it } from 'vitest'
import { problemsOf, wordsOf } from '../testing/problems-of.ts'

describe('references to nodes', () => {
  it('are fine upstream, near and far', () => {
    const text = `nodes:
  - {id: a, bash: ls}
  - {id: b, bash: ls, depends_on: a}
  - {id: c, bash: "echo $a.output $b.status", depends_on: b, when: $a.output == 'x'}
`
    expect(problemsOf(text)).toEqual([])
  })

  it.each([
    ['bash', 'bash: echo $a.output'],
    ['prompt', 'prompt: Read $a.output'],
    ['when', 'bash: ls, when: $a.output == 1'],
    ['env', 'bash: ls, env: {X: $a.output}'],
    ['cwd', 'bash: ls, cwd: $a.output'],
    ['an approval', 'approval: {message: See $a.output}'],
    ['a cancel', 'cancel: Because $a.error'],
    ['until_bash', 'loop: {prompt: x, max_iterations: 1, until_bash: test $a.output}'],
    ['the prompt of a loop', 'loop: {prompt: Do $a.output, max_iterations: 1, until: X}'],
  ])('need a dependency: in %s', (_, text) => {
    const line = `  - {id: b, ${text}}`
    const workflow = `nodes:\n  - {id: a, bash: ls}\n${line}\n`
    expect(problemsOf(workflow)).toEqual([`ION1401 3:${line.indexOf('$a') + 1}`])
    expect(wordsOf(workflow)[0]?.hint).toBe('Add `a` to `depends_on` of `b`.')
  })

  it('can not look at what comes later', () => {
    const text = 'nodes:\n  - {id: a, bash: echo $b.output}\n  - {id: b, bash: ls, depends_on: a}\n'
    expect(wordsOf(text)).toEqual([
      {
        message: 'Node `a` uses `$b.output` and does not wait for `b`.',
        hint: '`b` runs after `a`; turn their order around.',
      },
    ])
  })

  it('can not be to oneself', () => {
    const text = 'nodes:\n  - {id: a, loop: {prompt: On $a.output, max_iterations: 2, until: X}}\n'
    expect(problemsOf(text)).toEqual(['ION1402 2:31'])
    expect(wordsOf(text)[0]?.hint).toContain('$LOOP_PREV_OUTPUT')
  })

  it('have no place in the defaults', () => {
    const text = 'defaults: {env: {X: $a.output}}\nnodes: [{id: a, bash: ls}]\n'
    expect(problemsOf(text)).toEqual(['ION1405 1:21'])
  })

  it('are found at their place whatever the style of the text', () => {
    const text = `nodes:
  - id: a
    bash: |
      one
        two $x.output

      "$y.output"
  - id: b
    prompt: >-
      folded
      and $x.output,

        more $y.output
  - id: c
    prompt: "tab \\t \\u00e9 $x.output
      next $y.output"
  - id: d
    prompt: 'it''s $x.output

      next $y.output'
`
    expect(problemsOf(text)).toEqual([
      'ION2001 5:13',
      'ION2001 7:8',
      'ION2001 11:11',
      'ION2001 13:14',
      'ION2001 15:28',
      'ION2001 16:12',
      'ION2001 18:20',
      'ION2001 20:12',
    ])
  })
})

describe('variables', () => {
  it('of a loop have a value only inside it', () => {
    const text = `nodes:
  - {id: a, loop: {prompt: $LOOP_PREV_OUTPUT, until_bash: test "$LOOP_USER_INPUT", max_iterations: 1}}
  - {id: b, prompt: $LOOP_PREV_OUTPUT}
  - {id: c, bash: echo $LOOP_USER_INPUT}
`
    expect(problemsOf(text)).toEqual(['ION1403 3:21', 'ION1403 4:24'])
  })

  it('of a rejection are always empty', () => {
    expect(problemsOf('nodes: [{id: a, prompt: Why $REJECTION_REASON}]')).toEqual(['warning ION1404 1:29'])
  })
})
