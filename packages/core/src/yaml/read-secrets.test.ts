import { describe, expect, it } from 'vitest'
import { parseWorkflow } from '../parse-workflow.ts'
import { problemsOf, wordsOf } from '../testing/problems-of.ts'

const nodes = 'nodes: [{id: a, bash: ls}]\n'

describe('secrets', () => {
  it('are variables of the environment and inputs, each once, with their places', () => {
    const { workflow } = parseWorkflow(
      `name: x\ninputs: {key: {required: true}}\nsecrets:\n  - API_TOKEN\n  - INPUTS.key\n  - API_TOKEN\n${nodes}`,
    )
    expect(workflow?.secrets).toEqual([
      { kind: 'environment', name: 'API_TOKEN', position: { line: 4, column: 5 } },
      { kind: 'input', name: 'key', position: { line: 5, column: 5 } },
    ])
  })

  it.each(['', 'secrets:\n', 'secrets: []\n'])('are none with %j', (text) => {
    expect(parseWorkflow(`name: x\n${text}${nodes}`).workflow?.secrets).toEqual([])
  })

  it.each([
    ['secrets: API_TOKEN', 'ION1111 1:10', '`secrets` must be a list of names, and is a text.'],
    ['secrets: [7]', 'ION1111 1:11', '`secrets[0]` must be a name, and is the number 7.'],
    ['secrets: [api-token]', 'ION1501 1:11', "`api-token` can't be the name of a secret."],
    ['secrets: [$TOKEN]', 'ION1501 1:11', "`$TOKEN` can't be the name of a secret."],
    ['secrets: [ARGUMENTS]', 'ION1501 1:11', "`ARGUMENTS` is a variable of Ion's, which can't be secret."],
    ['secrets: [INPUTS.kye]\ninputs: {key: {}}', 'ION1502 1:11', 'There is no input `kye`.'],
    [
      'secrets: [INPUTS.key]\ninputs: {key: abc}',
      'warning ION1503 1:11',
      'The input `key` is secret, and its default can be read in this file.',
    ],
    ['secret: [TOKEN]', 'ION1101 1:1', 'There is no key `secret` here.'],
  ])('%s', (line, problem, message) => {
    const text = `${line}\nname: x\n${nodes}`
    expect(problemsOf(text)).toEqual([problem])
    expect(wordsOf(text)[0]?.message).toBe(message)
  })

  it('are named without a dollar, and by the names of the inputs', () => {
    expect(wordsOf(`secrets: [$TOKEN]\nname: x\n${nodes}`)[0]?.hint).toContain('`TOKEN`')
    const near = `secrets: [INPUTS.kye]\ninputs: {key: {}}\nname: x\n${nodes}`
    expect(wordsOf(near)[0]?.hint).toBe('Did you mean `INPUTS.key`?')
  })

  it('may be an input that the workflow refers to without declaring any', () => {
    const text = 'secrets: [INPUTS.key]\nname: x\nnodes: [{id: a, bash: "echo $INPUTS.key"}]\n'
    expect(problemsOf(text)).toEqual([expect.stringContaining('warning ION1306')])
  })
})
