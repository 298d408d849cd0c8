import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { helloWorkflow } from '../hello-workflow.ts'
import { examples } from '../help-text.ts'
import { commandWriter } from '../next-command.ts'
import { displayPath } from '../project.ts'

const files: readonly { path: string; text: string }[] = [
  { path: '.ion/workflows/hello.yaml', text: helloWorkflow },
  { path: '.ion/.gitignore', text: 'runs/\nstate/\n' },
]

/** `ion init`: makes a first workflow. */
export function initCommand(cli: Cli): Command {
  return new Command('init')
    .summary('make a first workflow in this folder')
    .description(
      'Makes .ion/workflows/hello.yaml, which needs no AI, and .ion/.gitignore. Nothing is ever overwritten.',
    )
    .addHelpText('after', examples('ion init', 'ion init --cwd ~/project'))
    .action(() => {
      cli.exitCode = init(cli)
    })
}

function init({ terminal, options, env }: Cli): number {
  const root = process.cwd()
  const created: string[] = []
  const kept: string[] = []
  for (const { path, text } of files) {
    const file = join(root, path)
    const isNew = writeNew(file, text)
    ;(isNew ? created : kept).push(file)
    terminal.note(`${isNew ? 'made' : 'kept'}  ${displayPath(file)}${isNew ? '' : ' (it was there already)'}`)
  }
  if (options.json) terminal.printJson({ schema: 'ion/init@1', root, created, kept })
  const command = commandWriter({ options, env })
  terminal.note(`next:   ${command('run', 'hello')}`)
  return exitCodes.completed
}

/** Writes a file unless there is one; says whether it did. */
function writeNew(path: string, text: string): boolean {
  if (existsSync(path)) return false
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(`${displayPath(path)} can't be made: ${why}`, {
      code: 'unwritable',
      exitCode: exitCodes.unavailable,
    })
  }
}
