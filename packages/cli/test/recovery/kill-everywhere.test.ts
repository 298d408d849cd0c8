import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { reduceRun } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { completedTwice, type IonProject, ionProject, processesOf } from './ion-project.ts'
import { killAtEach, killsOf, onEveryStore, type StoreKind, tellKills } from './stores.ts'

/** Parallel branches, a retry, a loop, a gate, a script. Every body leaves a mark, so that it shows how often it ran. */
const workflow = `
name: everything
nodes:
  - id: source
    bash: |
      echo source >> effects
      echo '{"n": 7}'
  - id: branch
    depends_on: [source]
    bash: |
      echo branch >> effects
      sleep 0.15
      echo "branch of $source.output.n"
  - id: flaky
    depends_on: [source]
    retry: {max_attempts: 1, delay_ms: 50, on_error: all}
    bash: |
      echo flaky >> effects
      if [ "$ION_ATTEMPT" = 1 ]; then exit 1; fi
      echo "attempt $ION_ATTEMPT"
  - id: refine
    depends_on: [source]
    loop:
      prompt: "$LOOP_PREV_OUTPUT+"
      until_bash: test "$LOOP_PREV_OUTPUT" = "+++"
      max_iterations: 5
  - id: verdict
    depends_on: [source]
    prompt: What is the score?
    output_format: {type: object, properties: {score: {type: integer}}, required: [score]}
  - id: gate
    depends_on: [verdict, branch, flaky, refine]
    approval:
      message: "$branch.output, $flaky.output, $refine.output?"
      capture_response: true
  - id: left
    depends_on: [gate]
    bash: echo left >> effects; echo "left $gate.output"
  - id: right
    depends_on: [gate]
    runtime: node
    with: { said: $gate.output }
    script: |
      import { appendFileSync } from 'node:fs'
      appendFileSync('effects', 'right\\n')
      console.log('right ' + $INPUTS.said)
  - id: last
    depends_on: [left, right]
    bash: echo last >> effects; echo "$left.output, $right.output"
`

const outputs = {
  source: '{"n": 7}',
  branch: 'branch of 7',
  flaky: 'attempt 2',
  'refine/1': '+',
  'refine/2': '++',
  'refine/3': '+++',
  refine: '+++',
  verdict: '{"score":3}',
  gate: 'yes',
  left: 'left yes',
  right: 'right yes',
  last: 'left yes, right yes',
}

/** Answers with what it is asked, and with JSON where that is wanted. */
const agentProgram = `
set -e
asked=$(cat)
case $asked in
  *score*) echo '{ "score": 3 }' ;;
  *) printf '%s' "$asked" ;;
esac
`

const agent = ['--agent-command', 'bash agent.sh']

/** How often the short form kills on each store. */
const short = { files: 1, sqlite: 1, postgres: 1 }

const project = (kind: StoreKind) =>
  ionProject(kind, { '.ion/workflows/everything.yaml': workflow, 'agent.sh': agentProgram })
const start = (place: IonProject, env = {}) =>
  place.ion(['run', 'everything', '--id', place.runId, ...agent], env)
const resume = (place: IonProject, env = {}) => place.ion(['resume', place.runId, ...agent], env)
const approve = (place: IonProject, env = {}) =>
  place.ion(['approve', place.runId, '--text', 'yes', ...agent], env)

/** The gate is open, and asks what it asks in an undisturbed run. */
async function expectPaused(place: IonProject): Promise<void> {
  const gate = reduceRun(await place.events(place.runId)).nodes.get('gate')
  expect(gate).toMatchObject({
    status: 'waiting',
    payload: { gate: { message: 'branch of 7, attempt 2, +++?' } },
  })
  expect((await place.store.getWorkflowRun(place.runId))?.status).toBe('paused')
}

/** The run has ended as an undisturbed one does, nothing that completed ran again, and nothing is left running. */
async function expectCompleted(place: IonProject): Promise<void> {
  const found = await place.store.getCompletedDagNodeOutputs(place.runId)
  const texts = Object.fromEntries([...found].map(([path, { output }]) => [path, output]))
  const events = await place.events(place.runId)
  expect(texts, JSON.stringify(events, null, 1)).toEqual(outputs)
  expect(completedTwice(events)).toEqual([])
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
  expect(events.at(-1)?.type).toBe('workflow_completed')
  const effects = (await readFile(join(place.folder, 'effects'), 'utf8')).trim().split('\n')
  for (const path of ['source', 'branch', 'flaky', 'left', 'right', 'last']) {
    const starts = events.filter(({ type, nodeId }) => type === 'node_started' && nodeId === path).length
    expect(effects.filter((effect) => effect === path).length, `bodies of ${path}`).toBeLessThanOrEqual(
      starts,
    )
  }
  expect(await processesOf(place, place.runId)).toEqual([])
}

describe.each(['before', 'after'])('a run that is killed %s its n-th append', (moment) => {
  it('is resumed for every n up to its pause, and ends like an undisturbed run', { timeout: 900_000 }, () =>
    onEveryStore(async (kind) => {
      const kills = killsOf(kind, { surely: 8, short })
      const done = await killAtEach(kills, async (n) => {
        const place = await project(kind)
        const killed = await start(place, { ION_TEST_KILL: `${moment}:${n}` })
        if (killed.signal !== 'SIGKILL') {
          expect(killed.code, killed.stderr).toBe(3)
          return false
        }
        if (n % 2 === 0) {
          const again = await resume(place, { ION_TEST_KILL: `${n % 4 === 0 ? 'before' : 'after'}:2` })
          expect(again.signal === 'SIGKILL' || again.code === 3, again.stderr).toBe(true)
        }
        const resumed = await resume(place)
        expect(resumed.code, `n=${n}: ${resumed.stderr}`).toBe(3)
        await expectPaused(place)
        const approved = await approve(place)
        expect(approved.code, `n=${n}: ${approved.stderr}`).toBe(0)
        await expectCompleted(place)
        return true
      })
      tellKills(`${moment} an append up to the pause`, kind, done.killed)
      // The claim, source, three branches with their retry and iterations, the gate, and the pause.
      expect(done.last).toBeGreaterThan(8)
    }),
  )

  it('is resumed for every n from its approval to its end', { timeout: 900_000 }, () =>
    onEveryStore(async (kind) => {
      const kills = killsOf(kind, { surely: 4, short })
      const done = await killAtEach(kills, async (n) => {
        const place = await project(kind)
        expect((await start(place)).code).toBe(3)
        const killed = await approve(place, { ION_TEST_KILL: `${moment}:${n}` })
        if (killed.signal !== 'SIGKILL') {
          expect(killed.code, killed.stderr).toBe(0)
          return false
        }
        const resumed = await resume(place)
        expect(resumed.code, `n=${n}: ${resumed.stderr}`).toBe(0)
        await expectCompleted(place)
        return true
      })
      tellKills(`${moment} an append from the approval on`, kind, done.killed)
      expect(done.last).toBeGreaterThan(4)
    }),
  )
})
