import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectWith } from '../ion-in-process.test-support.ts'
import { release, releaseInputs } from './sops.test-support.ts'

/** Answers with how often it was asked. Fails at the n-th question where the file `fail` says so, for good. */
const agent = `cat > /dev/null; echo x >> count; n=$(wc -l < count | tr -d ' ')
if [ "$n" = "$(cat fail 2>/dev/null)" ]; then rm fail; exit 127; fi
echo "answer $n"`

const withAgent = ['--agent-command', agent]

const files = { 'agent-sops/release-notes.sop.md': release }

describe('a SOP', () => {
  it.each([
    ['its path', 'agent-sops/release-notes.sop.md'],
    ['its name', 'release-notes'],
  ])('runs by %s, a step at a time', async (_, name) => {
    const { ion } = projectWith(files)
    const { exitCode, stdout, stderr } = await ion('run', name, ...releaseInputs, ...withAgent)
    expect(stderr).toContain('collect')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'answer 2\n' })
  })

  it('runs by any path that ends in .md, and has a node of each sub-step when that is asked for', async () => {
    const { ion } = projectWith({ 'doc/release.md': release })
    const args = ['run', 'doc/release.md', '--granularity', 'substep', ...releaseInputs, ...withAgent]
    expect(await ion(...args)).toMatchObject({ exitCode: 0, stdout: 'answer 3\n' })
  })

  it('is refused with one error that names every parameter that is missing', async () => {
    const { ion } = projectWith(files)
    const { exitCode, stderr } = await ion('run', 'release-notes', ...withAgent)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^ion: the input version is required; the input audience is required \(.*--input/)
    const typo = await ion('run', 'release-notes', '--input', 'versoin=1', ...withAgent)
    expect(typo.stderr).toMatch(/no input versoin; .*; the input version is required; the input audience/)
  })

  it('goes on as it was started, whatever has become of its file', async () => {
    const { ion, folder } = projectWith(files)
    writeFileSync(join(folder, 'fail'), '2')
    const args = ['run', 'release-notes', '--id', 'r', ...releaseInputs]
    expect((await ion(...args, ...withAgent)).exitCode).toBe(1)
    writeFileSync(join(folder, 'agent-sops/release-notes.sop.md'), '# Nothing like it\n\nNo steps.\n')
    const shown = await ion('show', 'r', '--json')
    expect(JSON.parse(shown.stdout)).toMatchObject({ workflowName: 'release-notes' })
    expect(await ion('resume', 'r')).toMatchObject({ exitCode: 0, stdout: 'answer 3\n' })
  })

  it('that was changed is another one under the same idempotency key', async () => {
    const { ion, folder } = projectWith(files)
    const args = ['run', 'release-notes', '--idempotency-key', 'k', ...releaseInputs, ...withAgent]
    expect((await ion(...args)).exitCode).toBe(0)
    expect(await ion(...args)).toMatchObject({ exitCode: 0, stdout: 'answer 2\n' })
    appendFileSync(join(folder, 'agent-sops/release-notes.sop.md'), '\n### 3. Publish\n\nPublish it.\n')
    expect(await ion(...args)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('another text of the workflow'),
    })
  })

  it('with nothing in it is refused, and one with doubts is run with a warning', async () => {
    const { ion } = projectWith({
      'agent-sops/empty.sop.md': '\n',
      'agent-sops/flat.sop.md': '# Flat\n\nDo it.\n',
    })
    const empty = await ion('run', 'empty', ...withAgent)
    expect(empty).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('error[ION4001]') })
    const flat = await ion('run', 'flat', 'do it soon', ...withAgent)
    expect(flat).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('warning[ION4011]') })
    expect(flat.stderr).toContain('warning: a SOP takes no message')
  })

  it('has options that a workflow in YAML has not', async () => {
    const { ion } = projectWith({ 'w.yaml': 'name: w\nnodes: [{id: a, bash: ls}]\n' })
    expect(await ion('run', 'w.yaml', '--granularity', 'step')).toMatchObject({
      exitCode: 2,
      stderr: 'ion: --granularity is for SOPs, and w.yaml is none\n',
    })
  })
})

describe('the list of what can be run', () => {
  const all = {
    ...files,
    '.ion/workflows/build.yaml': 'name: build\nnodes: [{id: a, bash: ls}]\n',
    'agent-sops/team/deep/review.sop.md':
      '# Review\n\n## Overview\n\nReviews.\n\n## Steps\n\n### 1. Look\n\nLook.\n',
    '.ion/sops/release-notes.sop.md': release,
    'more/extra.sop.md': release,
  }

  it('has SOPs and workflows, with what they are and what hides them', async () => {
    const { ion } = projectWith(all)
    const { stdout } = await ion('list', '--workflows', '--sop-path', 'more')
    expect(stdout).toBe(
      [
        'WORKFLOW       KIND  FILE',
        'extra          sop   more/extra.sop.md                   Writes the notes of a release: what has changed, and for whom.',
        'build          yaml  .ion/workflows/build.yaml',
        'release-notes  sop   agent-sops/release-notes.sop.md     Writes the notes of a release: what has changed, and for whom.',
        'review         sop   agent-sops/team/deep/review.sop.md  Reviews.',
        'release-notes  sop   .ion/sops/release-notes.sop.md      (hidden by agent-sops/release-notes.sop.md)',
        '',
      ].join('\n'),
    )
    const { stdout: json } = await ion('list', '--workflows', '--json')
    expect(JSON.parse(json)).toMatchObject({
      workflows: [
        { kind: 'yaml' },
        { kind: 'sop', scope: 'project' },
        { name: 'review' },
        { shadowedBy: expect.any(String) },
      ],
      problems: [],
    })
  })

  it('has those of the folder that is configured, in place of the usual ones', async () => {
    const { ion } = projectWith({ ...all, '.ion/config.yaml': 'folders: { sops: more }\n' })
    const { stdout } = await ion('list', '--workflows', '--json')
    const names = JSON.parse(stdout).workflows.map(({ name }: { name: string }) => name)
    expect(names).toEqual(['build', 'extra'])
  })

  it('says that a folder that was named is not there', async () => {
    const { ion } = projectWith(all)
    const { stderr } = await ion('list', '--workflows', '--sop-path', 'nowhere')
    expect(stderr).toMatch(/^warning: .*nowhere can't be read: there is no such folder\n$/)
    expect(await ion('list', '--sop-path', 'more')).toMatchObject({ exitCode: 2 })
  })
})

describe('ion validate', () => {
  it('says of SOPs what running them would', async () => {
    const { ion } = projectWith({
      ...files,
      'agent-sops/empty.sop.md': '',
      '.ion/workflows/w.yaml': 'name: w',
    })
    const { exitCode, stderr } = await ion('validate')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('agent-sops/empty.sop.md:1:1')
    expect(stderr).toContain('.ion/workflows/w.yaml:1:1')
    expect(stderr).toContain('3 workflows, 2 invalid: 2 errors')
    expect(await ion('validate', 'release-notes', '--archon-keys')).toMatchObject({ exitCode: 0 })
  })
})
