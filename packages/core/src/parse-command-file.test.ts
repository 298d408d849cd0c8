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
