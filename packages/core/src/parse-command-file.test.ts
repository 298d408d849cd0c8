import { describe, expect, it } from 'vitest'
import { parseCommandFile } from './parse-command-file.ts'
import { parseWorkflow } from './parse-workflow.ts'

const parsed = parseWorkflow(`name: commands
inputs: {issue: }
nodes:
  - {id: plan, bash: ls}
  - {id: review, command: review, depends_on: plan}
  - {id: fix, loop: {command: fix, until: DONE, max_iterations: 2}}
`)

function problemsOf(text: string, name: string): string[] {
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message)
  const { diagnostics } = parseCommandFile(text, { name, workflow: parsed.workflow, path: `${name}.md` })
  return diagnostics.map(({ code, range: { start } }) => `${code} ${start.line}:${start.column}`)
}

describe('a command file', () => {
  it('may refer to what is upstream of its nodes, and to inputs', () => {
    expect(problemsOf('# Review\n\n$plan.output for $INPUTS.issue and $ARGUMENTS\n', 'review')).toEqual([])
  })

  it('is checked for every node that uses it', () => {
    expect(problemsOf('Fix\n$plan.output', 'fix')).toEqual(['ION1401 2:1'])
    expect(problemsOf('$ghost.output $LOOP_PREV_OUTPUT', 'review')).toEqual(['ION2001 1:1', 'ION1403 1:15'])
    expect(problemsOf('Again: $LOOP_PREV_OUTPUT', 'fix')).toEqual([])
  })

  it('is a template', () => {
    if (!parsed.ok) throw new Error()
    const options = { name: 'review', workflow: parsed.workflow, path: null }
    expect(parseCommandFile('See $plan.output', options).template.segments).toMatchObject([
      'See ',
      { source: '$plan.output' },
    ])
  })
})

describe('the inputs that a command file can refer to', () => {
  const problems = (nodes: string) => {
    const parsed = parseWorkflow(`name: x\nnodes:\n${nodes}`, { path: null })
    if (!parsed.ok) throw new Error('the workflow must parse')
    const options = { name: 'greet', workflow: parsed.workflow, path: null }
    return parseCommandFile('Greet $INPUTS.who', options).diagnostics.map(({ code }) => code)
  }

  it('are also what `with` gives', () => {
    expect(problems('  - { id: a, command: greet, with: { who: you } }\n')).toEqual([])
  })

  it('are those that every node with this command gives', () => {
    const nodes = '  - { id: a, command: greet, with: { who: you } }\n  - { id: b, command: greet }\n'
    expect(problems(nodes)).toHaveLength(1)
  })
})

describe('frontmatter', () => {
  function read(text: string) {
    if (!parsed.ok) throw new Error()
    const file = parseCommandFile(text, { name: 'review', workflow: parsed.workflow, path: 'review.md' })
    const { template, diagnostics, ...facts } = file
    const problems = diagnostics.map(
      ({ code, severity, range: { start } }) => `${severity} ${code} ${start.line}:${start.column}`,
    )
    return { text: template.segments, problems, ...facts }
  }

  it('describes the command, and is no part of its text', () => {
    const file = '---\ndescription: Reviews a change.\narguments: [issue, branch]\n---\n\nReview it.\n'
    expect(read(file)).toEqual({
      text: ['Review it.\n'],
      description: 'Reviews a change.',
      arguments: ['issue', 'branch'],
      problems: [],
    })
    expect(read('---\r\narguments: <issue>\r\n---\r\nx').arguments).toEqual(['<issue>'])
    expect(read('---\nargument-hint: <issue>\n---\nx').arguments).toEqual(['<issue>'])
    expect(read('---\n# nothing\n---\nx')).toMatchObject({ text: ['x'], description: null, problems: [] })
  })

  it('is only what the file begins with', () => {
    expect(read('\n---\nx\n---\n').text).toEqual(['\n---\nx\n---\n'])
    expect(read('text\n---\nmore').text).toEqual(['text\n---\nmore'])
  })

  it('leaves places in the text where they are in the file', () => {
    expect(read('---\ndescription: x\n---\n\nSee $ghost.output').problems).toEqual(['error ION2001 5:5'])
  })

  it.each([
    ['---\ndescription: [\n---\nx', ['error ION1001 3:1']],
    ['---\ndescription: 7\n---\nx', ['error ION1111 2:14']],
    ['---\njust words\n---\nx', ['error ION1009 2:1']],
    ['---\ndescripton: x\nmodel: small\n---\nx', ['warning ION1102 2:1', 'warning ION1102 3:1']],
    ['---\ndescription: x\n', ['error ION3002 1:1']],
    ['---\ndescription: x\n---\n\n', ['error ION3003 4:1']],
  ])('is checked: %j', (file, problems) => {
    expect(read(file).problems).toEqual(problems)
  })
})
