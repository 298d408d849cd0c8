import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandWriter, programName, quoteWord } from './next-command.ts'

const options = { color: true }

describe('quoteWord', () => {
  it('leaves plain words alone', () => {
    expect(['resume', '7f3a', 'file:.ion/runs', '--text'].map(quoteWord)).toEqual([
      'resume',
      '7f3a',
      'file:.ion/runs',
      '--text',
    ])
  })

  it('quotes what a person is to replace', () => {
    expect(quoteWord('...')).toBe("'...'")
  })

  it('gives every word back as it was, through a shell', () => {
    const word = fc.string({ unit: fc.constantFrom(...'aZ0 \'"$`\\;&|<>(){}*?!~#\n\té😀') })
    const words = fc.sample(word, 200)
    const script = `printf '%s\\0' ${words.map(quoteWord).join(' ')}`
    const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
    expect(stdout.split('\0').slice(0, -1)).toEqual(words)
  })
})

describe('commandWriter', () => {
  it('writes a bare command where nothing else was said', () => {
    expect(commandWriter({ options, env: {} })('resume', '7f3a')).toBe('ion resume 7f3a')
  })

  it('repeats what chose the store and the folder', () => {
    const chosen = { ...options, store: 'pg://x?a=b', storePackage: '@me/store', cwd: 'my project' }
    expect(commandWriter({ options: chosen, env: {} })('resume', '7f3a')).toBe(
      "ion resume 7f3a --cwd 'my project' --store 'pg://x?a=b' --store-package @me/store",
    )
  })

  it('leaves a password out', () => {
    const chosen = { ...options, store: 'postgres://u:hunter2@h/db' }
    expect(commandWriter({ options: chosen, env: {} })('list')).toBe(
      "ion list --store 'postgres://u:***@h/db'",
    )
  })

  it('leaves out a store that the environment names: the next command has it too', () => {
    expect(commandWriter({ options, env: { ION_STORE: 'file:x' } })('list')).toBe('ion list')
  })
})

describe('programName', () => {
  it.each([
    [{}, '/usr/bin/ion', 'ion'],
    [{ npm_command: 'run-script' }, '/p/node_modules/.bin/ion', 'ion'],
    [{ npm_command: 'exec' }, '/p/node_modules/.bin/ion', 'npx ion'],
    [{ npm_command: 'exec' }, '/home/me/.npm/_npx/12ab/node_modules/.bin/ion', 'npx @ion/cli'],
    [{ npm_command: 'exec', ION_COMMAND: 'make ion' }, '/usr/bin/ion', 'make ion'],
  ])('with %j, started as %s, is %s', (env, script, name) => {
    expect(programName(env, script)).toBe(name)
  })
})
