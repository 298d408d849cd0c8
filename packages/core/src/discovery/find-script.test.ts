import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findScript } from './find-script.ts'

let root: string
let project: string
let home: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'ion-scripts-')))
  project = join(root, 'project')
  home = join(root, 'home')
  await mkdir(join(project, '.ion/scripts'), { recursive: true })
})

afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

async function put(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

const find = (name: string) => findScript(name, { cwd: project, home })

describe('findScript', () => {
  it.each(['.ts', '.mts', '.js', '.mjs', '.py'])(
    'reads a script whose file ends in %s',
    async (extension) => {
      const path = await put(join(project, '.ion/scripts', `build${extension}`), '1 + 1')
      expect(await find('build')).toEqual({ path, text: '1 + 1', extension })
      expect(await find(`build${extension}`)).toEqual({ path, text: '1 + 1', extension })
    },
  )

  it('looks one folder deep', async () => {
    const path = await put(join(project, '.ion/scripts/release/notes.py'), 'pass')
    await put(join(project, '.ion/scripts/release/deeper/far.py'), 'pass')
    expect(await find('notes')).toMatchObject({ path })
    expect(await find('release/notes')).toMatchObject({ path })
    await expect(find('far')).rejects.toMatchObject({ code: 'script_not_found' })
  })

  it('lets the project go before the user', async () => {
    const users = await put(join(home, '.config/ion/scripts/build.py'), 'pass')
    expect(await find('build')).toMatchObject({ path: users })
    const own = await put(join(project, '.ion/scripts/build.ts'), '1')
    expect(await find('build')).toMatchObject({ path: own })
  })

  it('refuses a name that fits two files, and takes each by its full name', async () => {
    const python = await put(join(project, '.ion/scripts/build.py'), 'pass')
    const typescript = await put(join(project, '.ion/scripts/ci/build.ts'), '1')
    await expect(find('build')).rejects.toMatchObject({
      code: 'ambiguous_script',
      suggestions: [python, typescript],
    })
    expect(await find('build.py')).toMatchObject({ path: python })
    expect(await find('ci/build')).toMatchObject({ path: typescript })
  })

  it('suggests what a mistyped name may mean', async () => {
    await put(join(project, '.ion/scripts/summarize.ts'), '1')
    await expect(find('sumarize')).rejects.toMatchObject({
      code: 'script_not_found',
      message: expect.stringContaining('did you mean `summarize`?'),
    })
  })

  it.each(['../secret', '/etc/passwd', '', '.', 'a/../../secret'])(
    'never leaves the folder: %j',
    async (name) => {
      await put(join(project, '.ion/secret.ts'), '1')
      await expect(find(name)).rejects.toMatchObject({ code: 'script_not_found' })
    },
  )

  it('says that the file of a name leads nowhere', async () => {
    await symlink(join(root, 'gone.py'), join(project, '.ion/scripts/gone.py'))
    await expect(find('gone')).rejects.toMatchObject({ code: 'unreadable_file' })
  })
})
