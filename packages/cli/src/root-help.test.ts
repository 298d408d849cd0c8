import { describe, expect, it } from 'vitest'
import type { Cli } from './cli.ts'
import { commandNames, createProgram } from './program.ts'
import { rootHelp } from './root-help.ts'
import { createTerminal } from './terminal.ts'

const cli: Cli = {
  terminal: createTerminal({
    stdout: process.stdout,
    stderr: process.stderr,
    env: {},
    wishes: () => ({ json: false, quiet: false, color: false }),
  }),
  env: {},
  options: { color: false },
  config: async () => ({ root: '.', path: null }),
  exitCode: 0,
}
const program = await createProgram(cli, { version: '1.2.3', words: commandNames, begin: () => {} })

describe('the help of ion', () => {
  it('names every command and every option', () => {
    for (const command of program.commands) expect(rootHelp).toContain(`ion ${command.name()}`)
    for (const { long } of program.options) expect(rootHelp).toContain(long)
  })

  it('fits on a small screen', () => {
    expect(rootHelp.trimEnd().split('\n').length).toBeLessThanOrEqual(25)
    for (const line of rootHelp.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})

describe('the help of a command', () => {
  it.each(program.commands.map((command) => [command.name(), command] as const))(
    'says what %s does',
    (_name, command) => {
      expect(command.summary()).not.toBe('')
      expect(command.description()).not.toBe('')
    },
  )
})
