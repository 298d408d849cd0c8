import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { discoverWorkflows } from './discover-workflows.ts'
import { findCommand } from './find-command.ts'
import { findScript } from './find-script.ts'
import { findWorkflow } from './find-workflow.ts'
import { findProjectRoot } from './ion-folders.ts'

let root: string
let project: string
let home: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'ion-archon-')))
  project = join(root, 'home/project')
  home = join(root, 'home')
  await mkdir(project, { recursive: true })
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

const workflow = (name: string) => `name: ${name}\nnodes: [{id: a, bash: ls}]\n`

async function put(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

const inProject = (name: string, text: string) => put(join(project, name), text)
const atHome = (name: string, text: string) => put(join(home, name), text)
const where = () => ({ cwd: project, home })
const names = async () =>
  (await discoverWorkflows(where())).workflows.map(({ scope, name }) => `${scope} ${name}`)

describe('the root of a project', () => {
  it('is the nearest folder upwards with .archon', async () => {
    await mkdir(join(project, '.archon'))
    await mkdir(join(project, 'src/deep'), { recursive: true })
    expect(await findProjectRoot(join(project, 'src/deep'), home)).toBe(project)
  })

  it('is not the home directory for the .archon of the user', async () => {
    await mkdir(join(home, '.archon'))
    expect(await findProjectRoot(project, home)).toBe(project)
  })
})

describe('workflows of Archon', () => {
  it('are found where Ion has none, one folder deep', async () => {
    await inProject('.archon/workflows/ship.yaml', workflow('ship'))
    await inProject('.archon/workflows/defaults/assist.yml', workflow('assist'))
    await inProject('.archon/workflows/a/b/deep.yaml', workflow('deep'))
    await atHome('.archon/workflows/mine.yaml', workflow('mine'))
    expect(await names()).toEqual(['project ship', 'project assist', 'user mine'])
    expect(await findWorkflow('assist', where())).toBe(join(project, '.archon/workflows/defaults/assist.yml'))
  })

  it('are left alone where Ion has a workflow', async () => {
    await inProject('.archon/workflows/ship.yaml', workflow('ship'))
    await inProject('.ion/workflows/own.yaml', workflow('own'))
    await atHome('.archon/workflows/mine.yaml', workflow('mine'))
    expect(await names()).toEqual(['project own', 'user mine'])
  })

  it('are found beside an .ion that holds only runs, or files of other kinds', async () => {
    await inProject('.archon/workflows/ship.yaml', workflow('ship'))
    await inProject('.ion/runs/1/run.json', '{}')
    await inProject('.ion/workflows/README.md', 'none yet')
    expect(await names()).toEqual(['project ship'])
  })

  it('of the project go before those of the user, which says so', async () => {
    const path = await inProject('.archon/workflows/ship.yaml', workflow('ship'))
    await atHome('.archon/workflows/ship.yaml', workflow('ship'))
    const { workflows } = await discoverWorkflows(where())
    expect(workflows.map(({ shadowedBy }) => shadowedBy)).toEqual([null, path])
  })

  it('of the user are listed once in the home directory itself', async () => {
    await atHome('.archon/workflows/mine.yaml', workflow('mine'))
    const { workflows, problems } = await discoverWorkflows({ cwd: home, home })
    expect(workflows.map(({ scope, name }) => `${scope} ${name}`)).toEqual(['user mine'])
    expect(problems).toEqual([])
  })

  it('of the user are where ARCHON_HOME says', async () => {
    await put(join(root, 'elsewhere/workflows/mine.yaml'), workflow('mine'))
    vi.stubEnv('ARCHON_HOME', join(root, 'elsewhere'))
    vi.stubEnv('XDG_CONFIG_HOME', join(root, 'config'))
    const { workflows } = await discoverWorkflows({ cwd: project })
    expect(workflows.map(({ name }) => name)).toEqual(['mine'])
  })

  it("don't hide an Ion workflow that can't be read", async () => {
    await inProject('.archon/workflows/ship.yaml', workflow('ship'))
    await mkdir(join(project, '.ion/workflows'), { recursive: true })
    await symlink(join(root, 'gone.yaml'), join(project, '.ion/workflows/gone.yaml'))
    const { workflows, problems } = await discoverWorkflows(where())
    expect(workflows).toEqual([])
    expect(problems).toMatchObject([{ code: 'unreadable' }])
  })
})

describe('commands of Archon', () => {
  it('are found in the folder, then in folders of it, in defaults last', async () => {
    const shipped = await inProject('.archon/commands/defaults/plan.md', 'shipped')
    expect(await findCommand('plan', where())).toEqual({ path: shipped, text: 'shipped' })
    await inProject('.archon/commands/team/plan.md', 'the team’s')
    expect(await findCommand('plan', where())).toMatchObject({ text: 'the team’s' })
    await inProject('.archon/commands/plan.md', 'own')
    expect(await findCommand('plan', where())).toMatchObject({ text: 'own' })
  })

  it('are refused where a name fits in two folders', async () => {
    await inProject('.archon/commands/a/plan.md', 'a')
    await inProject('.archon/commands/b/plan.md', 'b')
    await expect(findCommand('plan', where())).rejects.toMatchObject({ code: 'ambiguous_command' })
  })

  it('of the user are found where the project has no such command', async () => {
    await inProject('.archon/commands/other.md', 'other')
    await atHome('.archon/commands/plan.md', 'mine')
    expect(await findCommand('plan', where())).toMatchObject({ text: 'mine' })
  })

  it('are judged apart from workflows: either can have moved', async () => {
    await inProject('.ion/workflows/own.yaml', workflow('own'))
    await inProject('.archon/commands/plan.md', 'plan')
    expect(await findCommand('plan', where())).toMatchObject({ text: 'plan' })
  })
})

describe('scripts of Archon', () => {
  it('are found where Ion has none', async () => {
    const path = await inProject('.archon/scripts/echo.py', 'pass')
    expect(await findScript('echo', where())).toMatchObject({ path, extension: '.py' })
    await inProject('.ion/scripts/own.ts', '1')
    await expect(findScript('echo', where())).rejects.toMatchObject({ code: 'script_not_found' })
  })
})
