import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseWorkflow } from '../parse-workflow.ts'
import { discoverWorkflows } from './discover-workflows.ts'
import { findWorkflow } from './find-workflow.ts'
import type { LookupOptions } from './ion-folders.ts'

let root: string
let project: string
let home: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'ion-sops-')))
  project = join(root, 'project')
  home = join(root, 'home')
  await mkdir(join(project, '.ion'), { recursive: true })
})

afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

/** A workflow; what reads SOPs here takes YAML. */
const called = (name: string) => `name: ${name}\nnodes: [{id: a, bash: ls}]\n`

async function put(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

const inProject = (path: string, text: string) => put(join(project, path), text)

const options = (more: { paths?: string[]; folders?: LookupOptions['folders'] } = {}): LookupOptions => ({
  cwd: project,
  home,
  folders: more.folders,
  sops: { read: async (text, { path }) => parseWorkflow(text, { path }), paths: more.paths ?? [] },
})

describe('the SOPs of a project', () => {
  it('are not looked for by a host that has nothing to read them with', async () => {
    await inProject('agent-sops/a.sop.md', called('a'))
    expect((await discoverWorkflows({ cwd: project, home })).workflows).toEqual([])
  })

  it('are found at any depth, in order, beside the workflows', async () => {
    await inProject('.ion/workflows/w.yaml', called('w'))
    await inProject('agent-sops/b.sop.md', called('b'))
    await inProject('agent-sops/a.sop.md', called('a'))
    await inProject('agent-sops/team/deep/er/c.sop.md', called('c'))
    await inProject('agent-sops/README.md', '# none')
    await inProject('agent-sops/.hidden/h.sop.md', called('h'))
    await inProject('agent-sops/node_modules/pack/n.sop.md', called('n'))
    await inProject('.ion/sops/d.SOP.md', called('d'))
    await put(join(home, '.config/ion/sops/u.sop.md'), called('u'))
    const { workflows, problems } = await discoverWorkflows(options())
    expect(workflows.map(({ scope, kind, name }) => `${scope} ${kind} ${name}`)).toEqual([
      'project yaml w',
      ...['a', 'b', 'c', 'd'].map((name) => `project sop ${name}`),
      'user sop u',
    ])
    expect(problems).toEqual([])
  })

  it('are found once where links lead in a circle', async () => {
    await inProject('agent-sops/team/a.sop.md', called('a'))
    await symlink(join(project, 'agent-sops'), join(project, 'agent-sops/team/again'))
    expect((await discoverWorkflows(options())).workflows.map(({ name }) => name)).toEqual(['a'])
  })

  it('lie in another folder when the project says so', async () => {
    await inProject('agent-sops/a.sop.md', called('a'))
    await inProject('procedures/b.sop.md', called('b'))
    const { workflows } = await discoverWorkflows(options({ folders: { sops: join(project, 'procedures') } }))
    expect(workflows.map(({ name }) => name)).toEqual(['b'])
  })

  it('are listed when they are broken, by the name of their file', async () => {
    await inProject('agent-sops/bad.sop.md', 'name: other\nnodes: [')
    const { workflows } = await discoverWorkflows(options())
    expect(workflows).toMatchObject([{ name: 'bad', parsed: { ok: false } }])
  })
})

describe('of SOPs and workflows with one name', () => {
  it('the one in the first folder is taken, and the others say so', async () => {
    const given = await put(join(root, 'given/x.sop.md'), called('ship'))
    await inProject('.ion/workflows/ship.yaml', called('ship'))
    await inProject('agent-sops/ship.sop.md', called('ship'))
    await inProject('.ion/sops/ship.sop.md', called('ship'))
    await put(join(home, '.config/ion/sops/ship.sop.md'), called('ship'))
    const lookup = options({ paths: [join(root, 'given')] })
    const { workflows, problems } = await discoverWorkflows(lookup)
    expect(workflows.map(({ scope, kind, shadowedBy }) => [scope, kind, shadowedBy])).toEqual([
      ['given', 'sop', null],
      ['project', 'yaml', given],
      ['project', 'sop', given],
      ['project', 'sop', given],
      ['user', 'sop', given],
    ])
    expect(problems).toEqual([])
    expect(await findWorkflow('ship', lookup)).toBe(given)
    expect(await findWorkflow('ship', options())).toBe(join(project, '.ion/workflows/ship.yaml'))
    const sop = join(project, 'agent-sops/ship.sop.md')
    expect(await findWorkflow('ship', { ...options(), kind: 'sop' })).toBe(sop)
  })

  it('two in one folder are reported, and none is taken', async () => {
    const paths = [
      await inProject('agent-sops/ship.sop.md', called('ship')),
      await inProject('agent-sops/team/ship.sop.md', called('ship')),
    ]
    expect((await discoverWorkflows(options())).problems).toMatchObject([{ code: 'duplicate_name', paths }])
    await expect(findWorkflow('ship', options())).rejects.toMatchObject({ code: 'ambiguous_workflow' })
  })

  it('a folder that is named and known anyway counts once', async () => {
    await inProject('agent-sops/a.sop.md', called('a'))
    const { workflows, problems } = await discoverWorkflows(options({ paths: [join(project, 'agent-sops')] }))
    expect(workflows.map(({ scope, name }) => `${scope} ${name}`)).toEqual(['given a'])
    expect(problems).toEqual([])
  })
})

describe('a SOP', () => {
  it('is found by its name, by that of its file, and by its path', async () => {
    const path = await inProject('agent-sops/release.sop.md', called('Ship it'))
    expect(await findWorkflow('Ship it', options())).toBe(path)
    expect(await findWorkflow('release', options())).toBe(path)
    expect(await findWorkflow('agent-sops/release.sop.md', options())).toBe(path)
    await expect(findWorkflow('release.sop.md', options())).rejects.toMatchObject({
      message: 'there is no file `release.sop.md`',
    })
  })

  it('is not read when a workflow before it has the name that is looked for', async () => {
    const path = await inProject('.ion/workflows/w.yaml', called('w'))
    await inProject('agent-sops/a.sop.md', called('a'))
    const read: string[] = []
    const sops: LookupOptions['sops'] = {
      read(text, { path: file }) {
        read.push(file)
        return parseWorkflow(text, { path: file })
      },
    }
    expect(await findWorkflow('w', { ...options(), sops })).toBe(path)
    expect(read).toEqual([])
    await findWorkflow('a', { ...options(), sops })
    expect(read).toEqual([join(project, 'agent-sops/a.sop.md')])
  })

  it('is suggested for a name that is nearly its own', async () => {
    await inProject('agent-sops/release.sop.md', called('release'))
    await expect(findWorkflow('relaese', options())).rejects.toMatchObject({ suggestions: ['release'] })
  })
})

it('a folder that was named and is not there is told', async () => {
  const missing = join(root, 'nowhere')
  const file = await put(join(root, 'x.sop.md'), called('x'))
  const { problems } = await discoverWorkflows(options({ paths: [missing, file] }))
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    ['unreadable', `${missing} can't be read: there is no such folder`],
    ['unreadable', `${file} can't be read: it is no folder`],
  ])
})
