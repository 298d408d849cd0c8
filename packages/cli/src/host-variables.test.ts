import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { findBaseBranch, hostVariables } from './host-variables.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'ion-host-'))
})

function git(...args: string[]) {
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...author, ...args], { cwd: folder, stdio: 'ignore' })
}

function repository(branch: string) {
  git('init', '--initial-branch', branch)
  git('commit', '--allow-empty', '--message', 'First')
}

describe('findBaseBranch', () => {
  it('finds none outside of git', () => {
    expect(findBaseBranch(folder)).toBeNull()
  })

  it("is the remote's default branch", () => {
    repository('main')
    git('update-ref', 'refs/remotes/origin/trunk', 'HEAD')
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk')
    expect(findBaseBranch(folder)).toBe('trunk')
  })

  it('is main where no remote says otherwise', () => {
    repository('main')
    git('checkout', '-b', 'feature/x')
    expect(findBaseBranch(folder)).toBe('main')
  })

  it('is the current branch where there is no main', () => {
    repository('work')
    expect(findBaseBranch(folder)).toBe('work')
  })
})

describe('hostVariables', () => {
  it('puts the state folder into the folder of Ion nearest upwards, absolute', async () => {
    mkdirSync(join(folder, '.ion'))
    mkdirSync(join(folder, 'deep', 'down'), { recursive: true })
    const { STATE_DIR, DOCS_DIR } = await hostVariables({}, join(folder, 'deep', 'down'))
    expect([STATE_DIR, DOCS_DIR]).toEqual([join(folder, '.ion', 'state'), 'docs/'])
  })

  it('prefers what was said', async () => {
    const said = { baseBranch: 'dev', docsDir: 'manual', stateDir: 'keep' }
    expect(await hostVariables(said, folder)).toEqual({
      BASE_BRANCH: 'dev',
      DOCS_DIR: 'manual',
      STATE_DIR: join(folder, 'keep'),
    })
  })
})
