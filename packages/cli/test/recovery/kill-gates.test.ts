import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openGates } from '@ion/executor'
import { reduceRun } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { completedTwice, type IonEnd, type IonProject, ionProject, processesOf } from './ion-project.ts'
import { killAtEach, killsOf, long, onEveryStore, onSomeStore, type StoreKind, tellKills } from './stores.ts'

/** A gate whose rejection is reworked, and a loop that asks a person after each iteration. */
const workflow = `
name: gates
nodes:
  - id: draft
    bash: echo a draft
  - id: gate
    depends_on: [draft]
    approval:
      message: "$draft.output $LOOP_PREV_OUTPUT $REJECTION_REASON"
      capture_response: true
      on_reject: {prompt: "[rework: $REJECTION_REASON]", max_attempts: 1}
  - id: refine
    depends_on: [gate]
    loop:
      prompt: "[refine: $LOOP_PREV_OUTPUT|$LOOP_USER_INPUT]"
      until_bash: 'case "$LOOP_PREV_OUTPUT" in *"|longer]") exit 0 ;; *) exit 1 ;; esac'
      max_iterations: 3
      interactive: true
      gate_message: "$LOOP_PREV_OUTPUT $LOOP_USER_INPUT"
  - id: last
    depends_on: [refine]
    bash: echo "$gate.output, $refine.output"
`

const outputs = {
  draft: 'a draft',
  'gate/rework/1': '[rework: too short]',
  gate: 'fine',
  'refine/1': '[refine: |]',
  'refine/gate/1': 'longer',
  'refine/2': '[refine: [refine: |]|longer]',
  'refine/gate/2': '',
  refine: '[refine: [refine: |]|longer]',
  last: 'fine, [refine: [refine: |]|longer]',
}

/** What is asked, and the answer to it, in the order of an undisturbed run. */
const questions = [
  { message: 'a draft  ', answer: ['reject', 'gate', '--reason', 'too short'] },
  { message: 'a draft [rework: too short] too short', answer: ['approve', 'gate', '--text', 'fine'] },
  { message: '[refine: |] ', answer: ['approve', 'refine', '--text', 'longer'] },
  { message: '[refine: [refine: |]|longer] longer', answer: ['approve', 'refine'] },
]

// Answers with what it was asked, and keeps a note of it.
const options = ['--agent-command', 'tee -a effects']
const manyTurns = 60

/** How often the short form kills on each store. */
const short = { files: 1, sqlite: 1, postgres: 1 }

/** Starts the run, resumes it whenever it was killed, and answers whatever is asked, until it ends. */
async function drive(place: IonProject, env: NodeJS.ProcessEnv): Promise<{ kills: number; end: IonEnd }> {
  let end = await place.ion(['run', 'gates', '--id', place.runId, ...options], env)
  let kills = 0
  for (let turn = 0; turn < manyTurns; turn++) {
    if (end.signal === 'SIGKILL') {
      kills += 1
      end = await place.ion(['resume', place.runId, ...options], env)
    } else if (end.code === 3) {
      end = await place.ion(await answerFor(place), env)
    } else break
  }
  return { kills, end }
}

async function answerFor(place: IonProject): Promise<string[]> {
  const [gate, ...others] = openGates(reduceRun(await place.events(place.runId)))
  expect(others).toEqual([])
  const question = questions.find(({ message }) => message === gate?.message)
  expect(question, `the gate asks ${gate?.message}`).toBeDefined()
  const [verb = '', ...rest] = question?.answer ?? []
  return [verb, place.runId, ...rest, ...options]
}

/** The run has ended as an undisturbed one does: each question was asked once, and nothing that completed ran again. */
async function expectCompleted(place: IonProject, end: IonEnd): Promise<void> {
  expect(end.code, end.stderr).toBe(0)
  const found = await place.store.getCompletedDagNodeOutputs(place.runId)
  expect(Object.fromEntries([...found].map(([path, { output }]) => [path, output]))).toEqual(outputs)
  const events = await place.events(place.runId)
  const asked = events.flatMap(({ type, payload }) =>
    type === 'node_started' && payload.gate ? [payload.gate.message] : [],
  )
  expect(asked).toEqual(questions.map(({ message }) => message))
  expect(completedTwice(events)).toEqual([])
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
  expect(reduceRun(events).takenSignals.size).toBe(questions.length)
  const effects = await readFile(join(place.folder, 'effects'), 'utf8')
  const started = (path: string) =>
    events.filter(({ type, nodeId }) => type === 'node_started' && nodeId === path).length
  const reworks = effects.split('[rework: too short]').length - 1
  expect(reworks).toBeGreaterThan(0)
  expect(reworks).toBeLessThanOrEqual(started('gate/rework/1'))
  expect(await processesOf(place, place.runId)).toEqual([])
}

const project = (kind: StoreKind) => ionProject(kind, { '.ion/workflows/gates.yaml': workflow })

/** Kills count over all processes of the run. */
const kill = (place: IonProject, when: string) => ({
  ION_TEST_KILL: when,
  ION_TEST_COUNT: join(place.folder, 'writes'),
})

describe.each(['before', 'after'])('a run with gates that is killed %s its n-th append', (moment) => {
  it('is resumed for every n, and ends like an undisturbed run', { timeout: 900_000 }, () =>
    onEveryStore(async (kind) => {
      const at = killsOf(kind, { surely: 15, short })
      const done = await killAtEach(at, async (n) => {
        const place = await project(kind)
        const { kills, end } = await drive(place, kill(place, `${moment}:${n}`))
        await expectCompleted(place, end)
        expect(kills).toBeLessThanOrEqual(1)
        return kills === 1
      })
      tellKills(`${moment} an append of a run with gates`, kind, done.killed)
      // Five processes, each with its claim, its work, and its pause or end.
      expect(done.last).toBeGreaterThan(15)
    }),
  )
})

describe('a run with gates that is killed again and again', () => {
  it('ends like an undisturbed run', { timeout: 900_000 }, () =>
    onSomeStore(async (kind) => {
      const both = ['before:every:4', 'after:every:3']
      const some = long ? both : [both[Math.floor(Math.random() * 2)] ?? '']
      const driven = some.map(async (when) => {
        const place = await project(kind)
        const { kills, end } = await drive(place, kill(place, when))
        await expectCompleted(place, end)
        process.stdout.write(`${kind}: killed ${when} ${kills} times\n`)
        expect(kills).toBeGreaterThan(3)
      })
      await Promise.all(driven)
    }),
  )
})
