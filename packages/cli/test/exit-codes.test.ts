import { describe, expect, it } from 'vitest'
import { createProject, ion } from './ion.ts'
import { workflows } from './workflows.ts'

const project = createProject({ ...workflows, 'bad.yaml': 'name: bad\nnodes: 7\n' })

describe('ion exits with', () => {
  it.each<[number, string, string[]]>([
    [0, 'a completed run', ['run', 'greet']],
    [1, 'a failed run', ['run', 'broken-build']],
    [1, 'a run that cancels itself', ['run', 'stops']],
    [2, 'an invalid workflow', ['run', 'bad.yaml']],
    [2, 'a missing agent', ['run', 'asks', 'love']],
    [2, 'an unknown input', ['run', 'greet', '--input', 'whom=you']],
    [2, 'an unknown option', ['run', 'greet', '--inptu', 'who=you']],
    [2, 'an unknown command', ['rnu', 'greet']],
    [2, 'a missing argument', ['run']],
    [2, 'a folder that is not there', ['list', '--cwd', 'nowhere']],
    [2, 'an invalid workflow in validate', ['validate', 'bad.yaml']],
    [3, 'a paused run', ['run', 'gated']],
    [4, 'an unknown run', ['show', 'zzzzzzzz']],
    [4, 'an unknown run in resume', ['resume', 'zzzzzzzz']],
    [4, 'an unknown workflow', ['run', 'gree']],
    [4, 'a file that is not there', ['run', './nowhere.yaml']],
    [5, 'a store whose package is missing', ['list', '--store', 'nowhere:x']],
    [0, 'help', ['--help']],
    [0, 'the version', ['--version']],
  ])('%i for %s', async (exitCode, _case, args) => {
    expect(await ion(args, { cwd: project })).toMatchObject({ exitCode })
  })

  it('the codes that it says it has', async () => {
    const { stdout } = await ion(['help', 'exit-codes'], { cwd: project })
    expect(stdout.match(/^\d+/gm)).toEqual(['0', '1', '2', '3', '4', '5', '129', '130', '143'])
  })
})
