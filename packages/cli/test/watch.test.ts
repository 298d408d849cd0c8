import { expect, it } from 'vitest'
import { createProject, ion, jsonLines, startIon } from './ion.ts'
import { workflows } from './workflows.ts'

it('ion show --watch tells what happens in a run, through a pause, until it has ended', async () => {
  const cwd = createProject(workflows)
  await ion(['run', 'gated', '--id', 'w1'], { cwd })
  const watching = startIon(['show', 'w1', '--watch'], { cwd })
  await watching.wrote('paused')
  await ion(['approve', 'w1', '--text', 'fine', '--by', 'ann'], { cwd })
  const { exitCode, stdout } = await watching.ended
  expect(exitCode).toBe(0)
  // How often it looked while the run went on is chance.
  const lines = stdout.split('\n').filter((line) => line !== 'running')
  expect(lines.map((line) => line.trim().replaceAll(/ +[\d.]+ m?s(?= |$)/g, ''))).toEqual([
    expect.stringMatching(/^start +draft$/),
    expect.stringMatching(/^ok +draft/),
    expect.stringMatching(/^wait +review +Is "a draft" good\?$/),
    'paused',
    expect.stringMatching(/^ok +review +.*approved by ann$/),
    expect.stringMatching(/^start +send$/),
    expect.stringMatching(/^ok +send/),
    'completed',
    '',
  ])
  const data = jsonLines((await ion(['show', 'w1', '--watch', '--json'], { cwd })).stdout)
  expect(data.at(-1)).toEqual({ schema: 'ion/run-status@1', runId: 'w1', status: 'completed' })
  expect(data.slice(0, -1).map(({ sequence }) => sequence)).toEqual(
    data.slice(0, -1).map((_, index) => index + 1),
  )
})
