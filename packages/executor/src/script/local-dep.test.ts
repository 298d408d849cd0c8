import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../run-fixture.test-support.ts'
import { readDep } from './local-dep.ts'

describe('an entry of deps', () => {
  it.each([
    'left-pad@1',
    '@scope/name@^2',
    'requests==2.*',
    'rich[jupyter]>=13',
    'a @ https://x.org/a.whl',
    'git+ssh://git@x.org/a',
  ])('is handed to the installer as it is: %s', async (dep) => {
    expect(await readDep(dep, '/project')).toEqual({ spec: dep, identity: dep })
  })

  it.each([
    ['./a.tgz', '/project/a.tgz'],
    ['../a.whl', '/a.whl'],
    ['/else/a.tgz', '/else/a.tgz'],
    ['file:./a.tgz', '/project/a.tgz'],
    ['a@file:./a.tgz', 'a@file:/project/a.tgz'],
    ['@scope/a@file:../a.tgz', '@scope/a@file:/a.tgz'],
  ])('that is a path is relative to the directory of the run: %s', async (dep, spec) => {
    expect((await readDep(dep, '/project')).spec).toBe(spec)
  })

  it('is another one when its file holds something else', async () => {
    const cwd = await scratchFolder()
    const identities = new Set<string>()
    for (const text of ['one', 'two', 'one']) {
      await writeFile(join(cwd, 'a.tgz'), text)
      identities.add((await readDep('./a.tgz', cwd)).identity)
    }
    expect(identities.size).toBe(2)
  })
})
