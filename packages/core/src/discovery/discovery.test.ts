import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { discoverWorkflows } from './discover-workflows.ts'
import { findCommand } from './find-command.ts'
import { findWorkflow } from './find-workflow.ts'
import { findProjectRoot } from './ion-folders.ts'

let root: string
let project: string
let home: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'ion-discovery-')))
  project = join(root, 'project')
  home = join(root, 'home')
  await mkdir(join(project, '.ion'), { recursive: true })
})

afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

const workflow = (name: string) => `name: ${name}\nnodes: [{id: a, bash: ls}]\n`

async function put(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

const inProject = (name: string, text: string) => put(join(project, '.ion', name), text)
const ofUser = (name: string, text: string) => put(join(home, '.config/ion', name), text)

describe('the root of a project', () => {
  it('is the nearest folder upwards with .ion', async () => {
    await mkdir(join(project, 'src/deep'), { recursive: true })
    expect(await findProjectRoot(join(project, 'src/deep'))).toBe(project)
  })

  it('is the root of the git checkout where that is nearer', async () => {
    await mkdir(join(project, 'vendor/other/.git'), { recursive: true })
    expect(await findProjectRoot(join(project, 'vendor/other'))).toBe(join(project, 'vendor/other'))
  })

  it('is the directory itself where there is neither', async () => {
    await mkdir(join(root, 'plain/x'), { recursive: true })
    expect(await findProjectRoot(join(root, 'plain/x'))).toBe(join(root, 'plain/x'))
  })
})

describe('discoverWorkflows', () => {
  const found = async () => {
    const { workflows, problems } = await discoverWorkflows({ cwd: project, home })
    return { names: workflows.map(({ scope, name }) => `${scope} ${name}`), workflows, problems }
  }

  it('finds nothing where there is nothing', async () => {
    expect(await found()).toMatchObject({ names: [], problems: [] })
  })

  it('finds the files of the project and of the user, one folder deep', async () => {
    await inProject('workflows/b.yaml', workflow('b'))
    await inProject('workflows/a.yml', workflow('a'))
    await inProject('workflows/team/c.yaml', workflow('c'))
    await inProject('workflows/team/deeper/d.yaml', workflow('d'))
    await inProject('workflows/.hidden.yaml', workflow('hidden'))
    await inProject('workflows/notes.md', '# no workflow')
    await ofUser('workflows/u.yaml', workflow('u'))
    expect((await found()).names).toEqual(['project a', 'project b', 'project c', 'user u'])
  })

  it('lets the project go before the user, and says so', async () => {
    const path = await inProject('workflows/mine.yaml', workflow('ship'))
    await ofUser('workflows/yours.yaml', workflow('ship'))
    const { workflows } = await found()
    expect(workflows.map(({ shadowedBy }) => shadowedBy)).toEqual([null, path])
  })

  it('lists broken files with what is wrong, beside the others', async () => {
    await inProject('workflows/bad.yaml', 'nodes: [')
    await inProject('workflows/wrong.yaml', 'name: named\nnodes: []\n')
    await inProject('workflows/good.yaml', workflow('good'))
    const { names, workflows, problems } = await found()
    expect(names).toEqual(['project bad', 'project good', 'project named'])
    expect(workflows.map(({ parsed }) => parsed.ok)).toEqual([false, true, false])
    expect(problems).toEqual([])
  })

  it('reports two files of one name in one place', async () => {
    const paths = [
      await inProject('workflows/one.yaml', workflow('same')),
      await inProject('workflows/two.yaml', workflow('same')),
    ]
    const { problems, names } = await found()
    expect(problems).toMatchObject([{ code: 'duplicate_name', paths }])
    expect(names).toHaveLength(2)
  })

  it('reports what can not be read', async () => {
    const link = join(project, '.ion/workflows/gone.yaml')
    await inProject('workflows/good.yaml', workflow('good'))
    await symlink(join(root, 'nowhere'), link)
    await inProject('workflows/huge.yaml', 'x'.repeat(3 * 1024 * 1024))
    const { names, problems } = await found()
    expect(names).toEqual(['project good'])
    expect(problems.map(({ code, paths }) => [code, ...paths])).toEqual([
      ['unreadable', link],
      ['unreadable', join(project, '.ion/workflows/huge.yaml')],
    ])
  })
})

describe('findWorkflow', () => {
  const find = async (name: string) => await findWorkflow(name, { cwd: project, home })

  it('finds by name, the one of the project first', async () => {
    await ofUser('workflows/ship.yaml', workflow('ship'))
    const path = await inProject('workflows/x.yaml', workflow('ship'))
    expect(await find('ship')).toBe(path)
  })

  it('finds by the name of the file when no workflow has the name', async () => {
    const path = await inProject('workflows/ship.yaml', workflow('Ship it'))
    expect(await find('ship')).toBe(path)
    expect(await find('Ship it')).toBe(path)
    await inProject('workflows/other.yaml', workflow('ship'))
    expect(await find('ship')).not.toBe(path)
  })

  it('finds a path, relative to the directory', async () => {
    const path = await put(join(project, 'ci.yaml'), workflow('ci'))
    expect(await find('ci.yaml')).toBe(path)
    expect(await find('./ci.yaml')).toBe(path)
    expect(await find(path)).toBe(path)
  })

  it('finds a broken file by its name, so that one can see what is wrong', async () => {
    const path = await inProject('workflows/ship.yaml', 'nodes: [')
    expect(await find('ship')).toBe(path)
  })

  it('never takes another one, but suggests it', async () => {
    await inProject('workflows/release.yaml', workflow('release'))
    await inProject('workflows/nightly.yaml', workflow('release-nightly'))
    await expect(find('relaese')).rejects.toMatchObject({
      code: 'workflow_not_found',
      message: 'there is no workflow `relaese`; did you mean `release`?',
      suggestions: ['release'],
    })
    await expect(find('nightl')).rejects.toMatchObject({ suggestions: ['release-nightly'] })
    await expect(find('Release')).rejects.toMatchObject({ code: 'workflow_not_found' })
    await expect(find('./relaese.yaml')).rejects.toMatchObject({ code: 'workflow_not_found' })
    await expect(find('./')).rejects.toMatchObject({ message: '`./` is a folder; name a file in it' })
  })

  it('refuses a name that two files have', async () => {
    const one = await inProject('workflows/one.yaml', workflow('same'))
    const two = await inProject('workflows/two.yaml', workflow('same'))
    await expect(find('same')).rejects.toMatchObject({ code: 'ambiguous_workflow', suggestions: [one, two] })
  })
})

describe('findCommand', () => {
  const find = async (name: string) => await findCommand(name, { cwd: project, home })

  it('finds the file of the project, else that of the user', async () => {
    await ofUser('commands/review.md', 'user')
    expect(await find('review')).toEqual({ path: join(home, '.config/ion/commands/review.md'), text: 'user' })
    await inProject('commands/review.md', 'project')
    expect((await find('review')).text).toBe('project')
  })

  it.each(['../secret', 'a/b', 'a\\b', '.hidden', '..', '', 'a..b', 'a\0b', ' a'])(
    'refuses the name %j',
    async (name) => {
      await expect(find(name)).rejects.toMatchObject({ code: 'invalid_command_name' })
    },
  )

  it('suggests when there is none', async () => {
    await inProject('commands/review.md', 'x')
    await expect(find('reveiw')).rejects.toMatchObject({ code: 'command_not_found', suggestions: ['review'] })
  })

  it('refuses an empty file rather than to look further', async () => {
    await inProject('commands/review.md', ' \n')
    await ofUser('commands/review.md', 'user')
    await expect(find('review')).rejects.toMatchObject({ code: 'empty_command' })
  })

  it('says when a file can not be read', async () => {
    await mkdir(join(project, '.ion/commands/review.md'), { recursive: true })
    await expect(find('review')).rejects.toMatchObject({ code: 'unreadable_file' })
  })
})
