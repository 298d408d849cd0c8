import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createStore } from '@ion/executor'
import { readLog } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { type Project, projectWith } from '../ion-in-process.test-support.ts'
import { release, releaseInputs } from './sops.test-support.ts'
import { scriptedAgent, upstreamSops, withValues } from './upstream-sops.test-support.ts'

/** Answers with how often it was asked. Fails at the n-th question where the file `fail` says so, for good. */
const agent = `cat > /dev/null; echo x >> count; n=$(wc -l < count | tr -d ' ')
if [ "$n" = "$(cat fail 2>/dev/null)" ]; then rm fail; exit 127; fi
echo "answer $n"`

const withAgent = ['--agent-command', agent]

const files = { 'agent-sops/release-notes.sop.md': release }

describe('a SOP', () => {
  it('runs by its name, a step at a time', async () => {
    const { ion } = projectWith(files)
    const { exitCode, stdout, stderr } = await ion('run', 'release-notes', ...releaseInputs, ...withAgent)
    expect(stderr).toContain('collect')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'answer 2\n' })
  })

  it('is refused with one error that names every parameter that is missing', async () => {
    const { ion } = projectWith(files)
    const { exitCode, stderr } = await ion('run', 'release-notes', ...withAgent)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^ion: the input version is required; the input audience is required \(.*--input/)
    const typo = await ion('run', 'release-notes', '--input', 'versoin=1', ...withAgent)
    expect(typo.stderr).toMatch(/no input versoin; .*; the input version is required; the input audience/)
  })

  it('goes on as it was started when its file has changed, which is another one under the same key', async () => {
    const { ion, folder } = projectWith({ 'doc/release.md': release, fail: '2' })
    const options = ['--granularity', 'substep', '--idempotency-key', 'k', ...releaseInputs]
    const args = ['run', 'doc/release.md', ...options]
    expect((await ion(...args, ...withAgent)).exitCode).toBe(1)
    appendFileSync(join(folder, 'doc/release.md'), '\n### 3. Publish\n\nPublish it.\n')
    expect(await ion(...args, ...withAgent)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('another text of the workflow'),
    })
    expect(await ion('resume', 'latest')).toMatchObject({ exitCode: 0, stdout: 'answer 4\n' })
    const nodes: { path: string }[] = JSON.parse((await ion('show', 'latest', '--json')).stdout).nodes
    expect(nodes.map(({ path }) => path)).toEqual(['collect', 'draft', 'polish'])
  })

  it('with nothing in it is refused, and what is doubtful is told first', async () => {
    const { ion } = projectWith({
      'agent-sops/empty.sop.md': '\n',
      'agent-sops/flat.sop.md': '# Flat\n\nDo it.\n',
    })
    const empty = await ion('run', 'empty', ...withAgent)
    expect(empty).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('error[ION4001]') })
    const flat = await ion('run', 'flat', 'do it soon')
    expect(flat).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('warning[ION4011]') })
    expect(flat.stderr).toContain('warning: a SOP takes no message')
    expect(flat.stderr).toContain('--agent-command')
  })

  it('waits for a person where its author asks for that, when it is told to', async () => {
    const asking = `${release}- You MUST NOT go on until the user has approved the page\n`
    const { ion } = projectWith({ 'agent-sops/asking.sop.md': asking })
    const args = ['run', 'asking', ...releaseInputs, ...withAgent]
    expect(await ion(...args)).toMatchObject({ exitCode: 0 })
    const { exitCode, stdout, stderr } = await ion(...args, '--gates', 'auto')
    expect(exitCode).toBe(3)
    expect(stdout + stderr).toContain('has approved the page')
    expect(await ion('approve', 'latest', ...withAgent)).toMatchObject({ exitCode: 0 })
    const { stdout: told } = await ion('validate', 'asking', '--gates', 'auto', '--json')
    expect(JSON.parse(told)).toMatchObject({
      valid: true,
      files: [{ diagnostics: [{ severity: 'info', code: expect.stringMatching(/^ION42/) }] }],
    })
  })

  it('has the agent look at each step again, when it is told to', async () => {
    const { ion } = projectWith(files)
    const met = `asked=$(cat); case $asked in *'"met"'*) echo '{"met": true, "unmet": [], "summary": ""}' ;; *) echo done ;; esac`
    const { exitCode, stderr } = await ion(
      'run',
      'release-notes',
      '--verify',
      ...releaseInputs,
      '--agent-command',
      met,
    )
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('check-collect'),
    })
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
    const told = { exitCode: 2, stderr: 'ion: --sop-path: there is no folder nowhere\n' }
    expect(await ion('list', '--workflows', '--sop-path', 'nowhere')).toMatchObject(told)
    expect(await ion('run', 'build', '--sop-path', 'nowhere')).toMatchObject(told)
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

/** The log of a run, without what no two runs have in common. */
async function logOf({ folder }: Project, runId: string) {
  const store = await createStore(`file:${join(folder, '.ion/runs')}`)
  const events: unknown[] = []
  for await (const { type, nodeId, payload } of readLog(store, runId)) {
    const same = JSON.stringify(payload, (key, value: unknown) => (key === 'durationMs' ? 0 : value))
    events.push({ type, nodeId, payload: JSON.parse(same) })
  }
  await store.close()
  return events
}

/** What the agent was asked, by node; which is forgotten. */
function takePrompts({ folder }: Project): { [node: string]: string[] } {
  const prompts = join(folder, 'prompts')
  const asked = readdirSync(prompts).map((node): [string, string[]] => {
    const files = readdirSync(join(prompts, node))
    return [node, files.map((file) => readFileSync(join(prompts, node, file), 'utf8'))]
  })
  renameSync(prompts, join(folder, `asked-${Date.now()}-${Math.random()}`))
  return Object.fromEntries(asked)
}

/** The short form takes one of our own. */
const sops = process.env.ION_LONG ? upstreamSops(5) : [withValues('release-notes', release)]

it.each(sops)('$name that is converted and run has the prompts and the log of the SOP', async (one) => {
  const { name, text, inputs, sop, filled, constraintsOf } = one
  const project = projectWith({ [`agent-sops/${name}.sop.md`]: text })
  const { ion, folder } = project
  const run = async (...args: string[]) =>
    expect(await ion('run', ...args, ...inputs, '--agent-command', scriptedAgent)).toMatchObject({
      exitCode: 0,
    })
  await run(name, '--id', 'direct')
  const asked = takePrompts(project)

  const { stdout: yaml } = await ion('sop', 'convert', name)
  mkdirSync(join(folder, 'out'))
  writeFileSync(join(folder, 'out/converted.yaml'), yaml)
  await run('out/converted.yaml', '--id', 'converted')
  expect(takePrompts(project)).toEqual(asked)
  expect(await logOf(project, 'converted')).toEqual(await logOf(project, 'direct'))

  const prompts = Object.values(asked)
  expect(prompts.length).toBe(sop.steps.length)
  for (const [index, step] of sop.steps.entries()) {
    const [prompt = ''] = prompts.flat().filter((each) => each.includes(`This is step ${index + 1} of`))
    expect(prompt).toContain(filled(step.text))
    expect(constraintsOf(index).length).toBeGreaterThan(0)
    for (const constraint of constraintsOf(index)) expect(prompt).toContain(filled(constraint))
  }
})
