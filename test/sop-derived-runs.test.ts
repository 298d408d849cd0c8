import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  approveWorkflow,
  createStore,
  executeWorkflow,
  type PromptHandler,
  resumeWorkflow,
} from '@ion/executor'
import { parseSop, type TranspileOptions, toYaml, transpileSop } from '@ion/sop-transpiler'
import type { IWorkflowStore } from '@ion/store'
import { describe, expect, it, onTestFinished } from 'vitest'

const sop = `# Release

## Overview

Makes a release.

## Parameters

- **version** (required): Which
- **dir** (optional, default: "out/{version}"): Where
- **draft** (optional, default: false): Whether it is one
- **mode** (optional, default: "auto"): How
  - "interactive": Ask
  - "auto": Don't

## Steps

### 1. Collect

<!-- ion: parallel-with: 2 -->

Collect what is new.

### 2. Test

**Constraints:**
- If draft is true, skip this step

### 3. Write

**Constraints:**
- You MUST save the notes to \`{dir}/notes.md\`
- You MUST NOT name anybody because they did not agree
- In interactive mode, you MUST wait for the user's approval

### 4. Ship

Ship {version}.
`

interface Call {
  nodeId: string
  prompt: string
}

async function place() {
  const cwd = await mkdtemp(join(tmpdir(), 'ion-sop-'))
  onTestFinished(async () => await rm(cwd, { recursive: true, force: true }))
  return { cwd, store: await createStore('memory:') }
}

function made(options: TranspileOptions) {
  // From its YAML, so that what is seen holds for a converted SOP too.
  return toYaml(transpileSop(parseSop(sop, { path: 'release.sop.md' }).sop, options))
}

function agent(answer: (call: Call) => Awaited<ReturnType<PromptHandler>> | Promise<string> = () => 'done') {
  const calls: Call[] = []
  const prompt: PromptHandler = async ({ nodeId, prompt }) => {
    calls.push({ nodeId, prompt })
    return await answer({ nodeId, prompt })
  }
  return { calls, prompt, asked: () => calls.map(({ nodeId }) => nodeId) }
}

async function endOf(store: IWorkflowStore, runId: string) {
  const events = await store.getWorkflowEvents(runId, { limit: 1000 })
  return Object.fromEntries(
    events.flatMap(({ type, nodeId }) =>
      nodeId !== undefined && type !== 'node_started' ? [[nodeId, type]] : [],
    ),
  )
}

describe('a SOP with steps at the same time and one that may be skipped', () => {
  it('runs both branches at once, and what follows when both are done', async () => {
    const { cwd, store } = await place()
    let arrived = 0
    let meet = () => {}
    const both = new Promise<void>((resolve) => {
      meet = resolve
    })
    const { prompt, calls } = agent(async ({ nodeId }) => {
      if (nodeId !== 'collect' && nodeId !== 'test') return `result of ${nodeId}`
      arrived += 1
      if (arrived === 2) meet()
      await both
      return `result of ${nodeId}`
    })
    const { status } = await executeWorkflow({
      store,
      cwd,
      workflow: made({}),
      inputs: { version: '1' },
      prompt,
    })
    expect([status, calls.length]).toEqual(['completed', 4])
    expect(calls[2]?.prompt).toContain('result of collect')
    expect(calls[2]?.prompt).toContain('2. Test (completed)\n\nresult of test')
  })

  it('goes on without the step that its condition skips', async () => {
    const { cwd, store } = await place()
    const { prompt, asked, calls } = agent()
    const inputs = { version: '1', draft: true }
    const { status, runId } = await executeWorkflow({ store, cwd, workflow: made({}), inputs, prompt })
    expect([status, asked()]).toEqual(['completed', ['collect', 'write', 'ship']])
    expect(await endOf(store, runId)).toMatchObject({ test: 'node_skipped', write: 'node_completed' })
    expect(calls[1]?.prompt).toContain('2. Test (skipped)\n\n\n')
  })

  it('stops behind a step that fails, and goes on from there', async () => {
    const { cwd, store } = await place()
    let isBroken = true
    const { prompt, asked } = agent(({ nodeId }) => {
      if (nodeId === 'test' && isBroken) throw new Error('the agent refuses')
      return 'done'
    })
    const failed = await executeWorkflow({ store, cwd, workflow: made({}), inputs: { version: '1' }, prompt })
    expect([failed.status, asked().toSorted()]).toEqual(['failed', ['collect', 'test']])
    isBroken = false
    expect((await resumeWorkflow({ store, runId: failed.runId, prompt })).status).toBe('completed')
    expect(asked().slice(2)).toEqual(['test', 'write', 'ship'])
  })
})

describe('a SOP with gates', () => {
  it('waits in interactive mode, and tells the next step what was answered', async () => {
    const { cwd, store } = await place()
    const { prompt, calls } = agent()
    const inputs = { version: '1', mode: 'interactive' }
    const workflow = made({ gates: 'auto' })
    const paused = await executeWorkflow({ store, cwd, workflow, inputs, prompt })
    expect([paused.status, calls.length]).toEqual(['paused', 3])
    const answer = { store, runId: paused.runId, nodeId: 'gate-write', text: 'shorter, please' }
    await approveWorkflow(answer)
    expect((await resumeWorkflow({ store, runId: paused.runId, prompt })).status).toBe('completed')
    expect(calls.at(-1)?.prompt).toContain('What the user said to it: shorter, please')
  })

  it('does not wait in the other mode', async () => {
    const { cwd, store } = await place()
    const { prompt } = agent()
    const workflow = made({ gates: 'auto' })
    const { status } = await executeWorkflow({ store, cwd, workflow, inputs: { version: '1' }, prompt })
    expect(status).toBe('completed')
  })
})

describe('a SOP with files', () => {
  it('fails where one is missing, and goes on once it is there', async () => {
    const { cwd, store } = await place()
    const { prompt, calls, asked } = agent()
    const workflow = made({ artifacts: 'auto' })
    const failed = await executeWorkflow({
      store,
      cwd,
      workflow,
      inputs: { version: "1'; rm -rf $HOME" },
      prompt,
    })
    const message = expect.stringContaining('files-write: the script exited with 1: not there: out/1')
    expect(failed).toMatchObject({ status: 'failed', error: { message } })
    await mkdir(join(cwd, "out/1'; rm -rf $HOME"), { recursive: true })
    await writeFile(join(cwd, "out/1'; rm -rf $HOME/notes.md"), 'notes')
    expect((await resumeWorkflow({ store, runId: failed.runId, prompt })).status).toBe('completed')
    expect(asked().filter((id) => id === 'write')).toHaveLength(1)
    expect(calls.at(-1)?.prompt).toContain("Its files:\nout/1'; rm -rf $HOME/notes.md\n")
  })
})

describe('a SOP that is checked', () => {
  const unmet = (why: string) => [{ number: 2, criterion: 'You MUST NOT name anybody', why }]

  it('has put right what was not met, by name', async () => {
    const { cwd, store } = await place()
    let checks = 0
    const { prompt, calls } = agent(({ nodeId }) => {
      if (!nodeId.startsWith('check-write')) return 'done'
      checks += 1
      const structured = {
        met: checks === 2,
        unmet: checks === 2 ? [] : unmet('Ann'),
        summary: `check ${checks}`,
      }
      return { output: JSON.stringify(structured), structured }
    })
    const workflow = made({ verify: true })
    const { status } = await executeWorkflow({ store, cwd, workflow, inputs: { version: '1' }, prompt })
    expect(status).toBe('completed')
    const asked = calls.filter(({ nodeId }) => nodeId.startsWith('check-write'))
    expect(asked.map(({ nodeId }) => nodeId)).toEqual(['check-write/1', 'check-write/2'])
    expect(asked[0]?.prompt).toContain(
      '1. You MUST save the notes to `out/{version}/notes.md`\n2. You MUST NOT name',
    )
    expect(asked[1]?.prompt).toContain('"why":"Ann"')
    expect(calls.at(-1)?.prompt).toContain('"summary":"check 2"')
  })

  it('fails with what is not met after three checks', async () => {
    const { cwd, store } = await place()
    const { prompt, asked } = agent(({ nodeId }) => {
      const structured = { met: false, unmet: unmet('Bob'), summary: '' }
      return nodeId.startsWith('check-') ? { output: JSON.stringify(structured), structured } : 'done'
    })
    const workflow = made({ verify: true })
    const failed = await executeWorkflow({
      store,
      cwd,
      workflow,
      inputs: { version: '1', draft: true },
      prompt,
    })
    const message = expect.stringMatching(
      /^check-write: not done after 3 iterations; .*NOT name anybody","why":"Bob"/,
    )
    expect(failed).toMatchObject({ status: 'failed', error: { message } })
    expect(asked()).toEqual(['collect', 'write', 'check-write/1', 'check-write/2', 'check-write/3'])
  })
})
