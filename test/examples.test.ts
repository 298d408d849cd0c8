import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const main = join(root, 'packages/cli/dist/main.js')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ion-examples-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function storeUrl(): string {
  return `file:${join(folder, 'runs')}`
}

function ion(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args, '--store', storeUrl()], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ION_COMMAND: 'ion' },
  })
}

function artifact(name: string): string | undefined {
  const [path] = globSync(`runs/*/artifacts/${name}`, { cwd: folder })
  return path && readFileSync(join(folder, path), 'utf8')
}

const text = `# Tides

The tide is the rise and fall of the sea, which the moon and the sun cause together with the turning of the earth.
Sailors and fishermen have watched the tide of the sea for as long as there have been boats. A table of the tide says when.

- a list is no sentence
`

describe('hello', () => {
  const hello = ['run', 'examples/hello/hello.yaml', '--agent-command', 'bash examples/hello/agent.sh']

  beforeEach(() => writeFileSync(join(folder, 'text.md'), text))

  function run(...inputs: string[]) {
    return ion(...hello, '--input', `file=${join(folder, 'text.md')}`, ...inputs)
  }

  it('prints the report that it also leaves in its artifacts', () => {
    const { status, stdout, stderr } = run()
    expect(stderr).not.toContain('FAIL')
    expect(status, stderr).toBe(0)
    expect(stdout).toContain(`# ${join(folder, 'text.md')}`)
    expect(stdout.trim()).toBe(artifact('report.md')?.trim())
  })

  it('shortens the summary until it has as many words as it may', () => {
    const { stdout } = run('--input', 'words=5')
    const [, , summary = ''] = stdout.split('\n')
    expect(summary.split(' ').length).toBeLessThanOrEqual(5)
    expect(text.replaceAll('\n', ' ')).toContain(summary.split(' ')[0])
    expect(summary).not.toBe('')
  })

  it('takes one branch and skips the other', () => {
    expect(run().stdout).toContain(`- ${text.split(/\s+/).length - 1} words: a short read\n`)
    writeFileSync(join(folder, 'text.md'), text.repeat(10))
    expect(run().stdout).toContain('words: a long read of 3 minutes\n')
  })

  it('goes on after kill -9 with what it had', async () => {
    const args = [...hello, '--input', `file=${join(folder, 'text.md')}`, '--input', 'pace=1', '--json']
    const child = spawn(process.execPath, [main, ...args, '--store', storeUrl()], { cwd: root })
    let printed = ''
    for await (const chunk of child.stdout) {
      printed += chunk
      if (/"node_completed".*"summary"|"summary".*"node_completed"/.test(printed)) child.kill('SIGKILL')
    }
    expect(printed).not.toContain('workflow_completed')

    const { status, stdout, stderr } = ion('resume', 'latest')
    expect(status, stderr).toBe(0)
    expect(stdout.trim()).toBe(artifact('report.md')?.trim())
  })
})

describe('release-notes', () => {
  const subjects = [
    'feat: sing',
    'fix(choir): stay in tune',
    'Add a second voice',
    'feat!: drop the organ',
    'tidy up',
  ]

  function git(...args: string[]): void {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false']
    execFileSync('git', ['-C', folder, ...identity, ...args], { stdio: 'pipe' })
  }

  function run(...inputs: string[]) {
    return ion('run', 'examples/release-notes/release-notes.yaml', '--input', `repo=${folder}`, ...inputs)
  }

  beforeEach(() => {
    git('init', '--quiet')
    for (const subject of subjects) git('commit', '--quiet', '--allow-empty', '--message', subject)
  })

  it('waits for a person, and writes the notes with what the person says', () => {
    const paused = run()
    expect(paused.status, paused.stderr).toBe(3)
    expect(paused.stderr).toContain('ion approve')
    expect(artifact('RELEASE_NOTES.md')).toBeUndefined()

    const approved = ion('approve', 'latest', '--text', "It's $HOME-made")
    expect(approved.status, approved.stderr).toBe(0)
    const notes = artifact('RELEASE_NOTES.md') ?? ''
    expect(notes.replaceAll(/ \([0-9a-f]+\)/g, '')).toBe(`# Release notes

It's $HOME-made

## Breaking

- drop the organ

## Added

- Add a second voice
- sing

## Fixed

- stay in tune

## Changed

- tidy up
`)
    expect(readFileSync(approved.stdout.trim(), 'utf8')).toBe(notes)
  })

  it('writes nothing when it is rejected', () => {
    expect(run().status).toBe(3)
    expect(ion('reject', 'latest', '--reason', 'not yet').status).toBe(1)
    expect(artifact('RELEASE_NOTES.md')).toBeUndefined()
  })

  it('takes a range of commits', () => {
    const { stderr } = run('--input', 'range=HEAD~1..HEAD')
    expect(stderr).toContain('tidy up')
    expect(stderr).not.toContain('organ')
  })

  it('says what it needs where there is no history', () => {
    rmSync(join(folder, '.git'), { recursive: true })
    const { status, stderr } = run()
    expect(status).toBe(1)
    expect(stderr).toContain('is no git repository with a commit')
  })
})

describe('embed', () => {
  function embed(...args: string[]) {
    return spawnSync(process.execPath, [join(root, 'examples/embed/embed.ts'), ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
  }

  it('runs a workflow inside a program, once for each order', () => {
    const letter = 'Dear customer, your parcel is packed for order 12. Yours, Ion\n'
    expect(embed('12')).toMatchObject({ status: 0, stdout: `completed\n${letter}`, stderr: '' })
    expect(embed('12')).toMatchObject({ status: 0, stdout: `completed already\n${letter}`, stderr: '' })
    expect(existsSync(join(folder, '.ion/runs/order-12/artifacts/parcel.txt'))).toBe(true)
  })
})
