import { describe, expect, it } from 'vitest'
import { derived } from './derived.test-support.ts'

function filesOf(constraint: string): string[] {
  const { notes } = derived(
    `## Parameters
- **dir** (optional, default: "out/{name}"): Where
- **name** (required): Who

## Steps
### 1. Plan
**Constraints:**
- ${constraint}
`,
    { artifacts: 'auto' },
  )
  return notes.map(({ code, message }) => `${code} ${/`([^`]+)`/.exec(message)?.[1]}`)
}

describe('a file that a step has to leave', () => {
  it.each([
    ['You MUST save the plan to `{dir}/plan.md`', '{dir}/plan.md'],
    ['You MUST create `notes.md`', 'notes.md'],
    ['You MUST create a report at: `{dir}/{name}/report.md`', '{dir}/{name}/report.md'],
    ['You MUST document each cycle in `./log/progress.md` because it is read later', './log/progress.md'],
    ['You MUST write a brief note to `~/notes/` with all of it', '~/notes/'],
    ['You MUST record the commit hash in the file `build.log`', 'build.log'],
  ])('is named by “%s”', (constraint, file) => {
    expect(filesOf(constraint)).toEqual([`ION4205 ${file}`])
  })

  it.each([
    'You SHOULD save the plan to `plan.md`',
    'You MUST NOT save the plan to `plan.md` because it is mine',
    'If it is long, you MUST save the plan to `plan.md`',
    'You MUST save the plan to `plan.md` if it is long',
    'You MUST save it to `{dir}/{title}.md`',
    'You MUST save it to `{dir}/*.md`',
    'You MUST save it with the ending `.md`',
    'You MUST create a summary from `plan.md`',
    'You MUST read `plan.md`',
    'You MUST run `make install`',
    'You MUST write to `https://example.org/x`',
    'You MUST create tests using `vitest/config.ts`',
    'You MUST save it to `/`',
    'You MUST create `plan.md` next to the sources',
  ])('is not named by “%s”', (constraint) => {
    expect(filesOf(constraint)).toEqual([])
  })

  it('is not named below a label that says when it holds', () => {
    const text = '## Steps\n### 1. Plan\n**Constraints for large plans:**\n- You MUST create `plan.md`\n'
    expect(derived(text, { artifacts: 'auto' }).notes).toEqual([])
  })

  it('is looked for behind the step, and named to the steps that follow', () => {
    const text =
      '## Steps\n### 1. Plan\n- You MUST save it to `plan.md`\n- You MUST create `b/`\n### 2. Build\nBuild.\n'
    const { nodes, prompts } = derived(text, { artifacts: 'auto' })
    expect(nodes.map(({ id, type, dependsOn }) => [id, type, dependsOn])).toEqual([
      ['plan', 'prompt', []],
      ['files-plan', 'bash', ['plan']],
      ['build', 'prompt', ['files-plan']],
    ])
    expect(prompts[2]).toContain('<plan>\n\nIts files:\n<files-plan>\n</sop-result>')
    expect(derived(text).nodes.map(({ id }) => id)).toEqual(['plan', 'build'])
  })
})
