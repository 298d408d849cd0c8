import { describe, expect, it } from 'vitest'
import { parseWorkflow } from './parse-workflow.ts'
import { wordsOf } from './testing/problems-of.ts'

const workflow = (...nodes: string[]) => `name: x\nnodes:\n${nodes.map((node) => `  - ${node}\n`).join('')}`

/** What is wrong, each with the stretch of the text that it is about. */
function problemsOf(text: string): string[] {
  return parseWorkflow(text).diagnostics.map(({ code, range: { start, end } }) => {
    const line = text.split('\n')[start.line - 1] ?? ''
    return `${code} ${line.slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined)}`
  })
}

describe('output_format', () => {
  it('is a JSON Schema, given to the agent as it stands', () => {
    const parsed = parseWorkflow(
      workflow(
        '{id: a, prompt: x, output_format: {type: object, x-mine: 1, properties: {b: {format: date}}}}',
      ),
    )
    const schema = { type: 'object', 'x-mine': 1, properties: { b: { format: 'date' } } }
    expect(parsed.workflow?.nodes).toMatchObject([{ outputFormat: schema, agent: { output_format: schema } }])
  })

  it.each([
    ['text', 'text', '`output_format` must be a mapping, a JSON Schema, and is a text.'],
    ['{type: strnig}', 'strnig', /^`output_format\.type` is no JSON Schema: must be equal to one of/],
    ['{properties: {a: {minimum: x}}}', 'x', /^`output_format\.properties\.a\.minimum` .*must be number/],
    ['{required: [a, a]}', '[a, a]', /must NOT have duplicate items/],
    ['{$ref: "#/$defs/none"}', 'output_format', /can't resolve reference/],
    ['{pattern: "("}', 'output_format', /[Ii]nvalid regular expression/],
  ])('is refused where it is none: %s', (schema, place, message) => {
    const text = workflow(`{id: a, prompt: x, output_format: ${schema}}`)
    const code = schema === 'text' ? 'ION1111' : 'ION1120'
    expect(problemsOf(text)).toEqual([`${code} ${place}`])
    const words = wordsOf(text).map((each) => each.message)
    expect(words).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  })

  it('is draft 2020-12, or draft 7 where it says so', () => {
    const tuple = 'items: [{type: string}]'
    expect(problemsOf(workflow(`{id: a, prompt: x, output_format: {${tuple}}}`))).not.toEqual([])
    const draft = '$schema: "http://json-schema.org/draft-07/schema#"'
    expect(problemsOf(workflow(`{id: a, prompt: x, output_format: {${draft}, ${tuple}}}`))).toEqual([])
  })
})

describe('context', () => {
  const upstream = [
    '{id: a, prompt: x}',
    '{id: b, bash: ls}',
    '{id: c, depends_on: [a, b], prompt: x, context: %}',
  ]
  const problems = (context: string) => problemsOf(workflow(...upstream).replace('%', context))

  it.each(['fresh', 'shared', '{resume: a}'])('may be %s', (context) => {
    expect(problems(context)).toEqual([])
  })

  it.each([
    ['shred', 'ION1111 shred'],
    ['[a]', 'ION1111 [a]'],
    ['{resume: a, b: c}', 'ION1111 context'],
    ['{resume: aa}', 'ION1406 aa'],
    ['{resume: b}', 'ION1406 b'],
    ['{resume: c}', 'ION1406 c'],
  ])('may not be %s', (context, problem) => {
    expect(problems(context)).toEqual([problem])
  })

  it('resumes only what has run before, with the same agent', () => {
    expect(problemsOf(workflow('{id: a, prompt: x}', '{id: b, prompt: x, context: {resume: a}}'))).toEqual([
      'ION1406 a',
    ])
    const others = [
      '{id: a, provider: p, prompt: x}',
      '{id: b, depends_on: a, prompt: x, context: {resume: a}}',
    ]
    expect(problemsOf(workflow(...others))).toEqual(['ION1406 a'])
  })
})
