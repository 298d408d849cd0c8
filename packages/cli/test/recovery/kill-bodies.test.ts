import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { completedTwice, ionProject, processesOf } from './ion-project.ts'
import { onEveryStore, onSomeStore } from './stores.ts'

/** Bodies with children and grandchildren, some of which ignore SIGTERM; the second time each is quick. */
const workflow = `
name: bodies
nodes:
  - id: first
    bash: echo first >> effects
  - id: stubborn
    depends_on: [first]
    bash: |
      if [ -e stubborn.ran ]; then echo done; exit; fi
      touch stubborn.ran
      trap '' TERM
      (trap '' TERM; sleep 60) &
      sleep 60
  - id: detached
    depends_on: [first]
    bash: |
      if [ -e detached.ran ]; then echo done; exit; fi
      setsid sleep 60 &
      touch detached.ran
      sleep 60
  - id: asked
    depends_on: [first]
    prompt: hello
  - id: last
    depends_on: [stubborn, detached, asked]
    bash: echo "$stubborn.output $detached.output $asked.output"
`

const agent = 'if [ -e asked.ran ]; then cat; else touch asked.ran; sleep 60; fi'

describe('a run on files, SQLite or Postgres whose executor is killed while bodies run', () => {
  it('goes on, after everything that was left running is gone', { timeout: 120_000 }, () =>
    onEveryStore(async (kind) => {
      const place = await ionProject(kind, { '.ion/workflows/bodies.yaml': workflow })
      const { child, ended } = place.start(['run', 'bodies', '--id', 'r', '--agent-command', agent])
      const marks = ['stubborn.ran', 'detached.ran', 'asked.ran']
      for (const mark of marks) {
        await expect
          .poll(() => readFile(join(place.folder, mark)).catch(() => null), { timeout: 20_000 })
          .not.toBeNull()
      }
      child.kill('SIGKILL')
      expect((await ended).signal).toBe('SIGKILL')
      const left = await processesOf(place, 'r')
      expect(left.length).toBeGreaterThanOrEqual(5)

      const listed = await place.ion(['list', '--json'])
      expect(JSON.parse(listed.stdout)).toMatchObject({ runs: [{ id: 'r', status: 'interrupted' }] })
      const resumed = await place.ion(['resume', 'r'])
      expect(resumed.code, resumed.stderr).toBe(0)
      expect(resumed.stdout).toBe('done done hello\n')
      expect(await processesOf(place, 'r')).toEqual([])
      expect(completedTwice(await place.events('r'))).toEqual([])
      expect(await readFile(join(place.folder, 'effects'), 'utf8')).toBe('first\n')
    }),
  )

  it('is cancelled with everything that was left running', { timeout: 120_000 }, () =>
    onSomeStore(async (kind) => {
      const place = await ionProject(kind, { '.ion/workflows/bodies.yaml': workflow })
      const { child, ended } = place.start(['run', 'bodies', '--id', 'c', '--agent-command', agent])
      await expect
        .poll(() => readFile(join(place.folder, 'stubborn.ran')).catch(() => null), { timeout: 20_000 })
        .not.toBeNull()
      child.kill('SIGKILL')
      await ended
      const cancelled = await place.ion(['cancel', 'c', '--reason', 'enough'])
      expect(cancelled.code, cancelled.stderr).toBe(0)
      expect(await processesOf(place, 'c')).toEqual([])
      expect((await place.store.getWorkflowRun('c'))?.status).toBe('cancelled')
    }),
  )

  it('comes to its end however often it is killed', { timeout: 240_000 }, () =>
    onSomeStore(async (kind) => {
      const place = await ionProject(kind, {
        '.ion/workflows/chain.yaml': `
name: chain
nodes:
${Array.from({ length: 8 }, (_, index) => `  - {id: n${index}, ${index ? `depends_on: [n${index - 1}], ` : ''}bash: "sleep 0.05; echo ${index}"}`).join('\n')}
`,
      })
      let arguments_ = ['run', 'chain', '--id', 'r']
      let kills = 0
      for (;;) {
        const { child, ended } = place.start(arguments_)
        const timer = setTimeout(() => child.kill('SIGKILL'), 350 + 60 * kills)
        const end = await ended
        clearTimeout(timer)
        const exists = (await place.store.getWorkflowRun('r')) !== null
        if (exists) arguments_ = ['resume', 'r']
        if (end.signal !== 'SIGKILL') {
          expect(end.code, end.stderr).toBe(0)
          break
        }
        kills += 1
      }
      expect(kills).toBeGreaterThan(0)
      expect(completedTwice(await place.events('r'))).toEqual([])
      const outputs = await place.store.getCompletedDagNodeOutputs('r')
      expect([...outputs.values()].map(({ output }) => output)).toEqual([
        '0',
        '1',
        '2',
        '3',
        '4',
        '5',
        '6',
        '7',
      ])
      expect(await processesOf(place, 'r')).toEqual([])
    }),
  )
})
