import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import { CommanderError } from 'commander'
import { onTestFinished } from 'vitest'
import type { Cli, GlobalOptions } from './cli.ts'
import { type LoadedConfig, loadConfig } from './config/load-config.ts'
import { exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { tellError } from './tell-error.ts'
import { createTerminal } from './terminal.ts'

/** What a command came to. */
export interface Ended {
  exitCode: number
  stdout: string
  stderr: string
}

/** A folder with files, in which commands run as `ion` runs them, but in this process. It is gone after the test. */
export interface Project {
  folder: string
  ion(...args: string[]): Promise<Ended>
}

/** Makes a project. Commands find nothing of the user's who runs the tests. */
export function projectWith(files: { [path: string]: string }): Project {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'ion-here-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const before = process.cwd()
  onTestFinished(() => {
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    async ion(...args) {
      process.chdir(folder)
      process.env.HOME = join(folder, 'home')
      delete process.env.XDG_CONFIG_HOME
      return await runHere(args)
    },
  }
}

async function runHere(args: string[]): Promise<Ended> {
  const [stdout, stderr] = [new Collected(), new Collected()]
  let options: GlobalOptions = { json: args.includes('--json'), color: false }
  const wishes = () => ({ json: options.json === true, quiet: options.quiet === true, color: false })
  let config: Promise<LoadedConfig> | undefined
  const cli: Cli = {
    terminal: createTerminal({ stdout, stderr, env: {}, wishes }),
    env: {},
    get options() {
      return options
    },
    config() {
      config ??= loadConfig(process.cwd())
      return config
    },
    exitCode: exitCodes.completed,
  }
  try {
    const program = await createProgram(cli, {
      version: '1.2.3',
      words: args,
      begin: (begun) => {
        options = begun.opts<GlobalOptions & Record<string, unknown>>()
      },
    })
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    cli.exitCode = error instanceof CommanderError ? exitCodes.completed : tellError(cli, error)
  }
  return { exitCode: cli.exitCode, stdout: stdout.text, stderr: stderr.text }
}

class Collected extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8')
    done()
  }
}
