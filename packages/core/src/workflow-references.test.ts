import { describe, expect, it } from 'vitest'
import { parseWorkflow } from './parse-workflow.ts'
import { workflowReferences } from './workflow-references.ts'

describe('workflowReferences', () => {
  it('lists every reference with its node and field', () => {
    const parsed = parseWorkflow(`name: all
inputs: {who: }
nodes:
  - id: a
    bash: echo $INPUTS.who
    cwd: $ARTIFACTS_DIR
    env: {X: $BASE_BRANCH}
  - {id: b, prompt: $a.output $a.error, depends_on: a, when: $a.status == 'completed' || $a.output.x == 1}
  - {id: c, depends_on: b, loop: {prompt: $b.output, until_bash: 'test $a.exit_code = 0', max_iterations: 1}}
  - {id: d, depends_on: c, approval: {message: $c.output}}
  - {id: e, depends_on: d, cancel: $d.output}
  - {id: f, command: review}
`)
    if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message)
    const found = [...workflowReferences(parsed.workflow)]
    expect(found.map(({ nodeId, field, reference }) => `${nodeId} ${field} ${reference.source}`)).toEqual([
      'a env.X $BASE_BRANCH',
      'a cwd $ARTIFACTS_DIR',
      'a bash $INPUTS.who',
      'b when $a.status',
      'b when $a.output.x',
      'b prompt $a.output',
      'b prompt $a.error',
      'c loop.prompt $b.output',
      'c loop.until_bash $a.exit_code',
      'd approval.message $c.output',
      'e cancel $d.output',
    ])
  })
})
