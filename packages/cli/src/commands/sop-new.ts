import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { usageError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { commandWriter } from '../next-command.ts'
import { displayPath, projectFolder } from '../project.ts'
import { writeFileWithFolder } from '../sops/made-files.ts'
import { sopTemplate } from '../sops/sop-template.ts'

/** `ion sop new`: makes a SOP. */
export function sopNewCommand(cli: Cli): Command {
  return new Command('new')
    .summary('make a new SOP, with every part that one has')
    .description(
      'Makes <name>.sop.md in agent-sops/ of the project (in .ion/sops/ where only that is there, or in the folder that is ' +
        'configured), with every part that a SOP has. Nothing is ever overwritten.',
    )
    .argument('<name>', 'small letters, digits and single hyphens')
    .addHelpText('after', examples('ion sop new release-notes'))
    .action(async (name: string) => {
      cli.exitCode = await makeSop(cli, name.replace(/\.sop\.md$/, ''))
    })
}

async function makeSop(cli: Cli, name: string): Promise<number> {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) {
    const hint = 'a name has small letters, digits and single hyphens'
    throw usageError(`${JSON.stringify(name)} can't be the name of a SOP`, hint)
  }
  const path = join(await folderOfSops(cli), `${name}.sop.md`)
  writeFileWithFolder(path, sopTemplate(name), { isNew: true })
  const { terminal, options, env } = cli
  if (options.json) terminal.printJson({ schema: 'ion/sop-new@1', path })
  terminal.note(`made  ${displayPath(path)}`)
  terminal.note(`next:   ${commandWriter({ options, env })('sop', 'lint', name)}`)
  return exitCodes.completed
}

async function folderOfSops({ config }: Cli): Promise<string> {
  const { folders, root } = await config()
  if (folders?.sops !== undefined) return resolve(root, folders.sops)
  const ion = await projectFolder(process.cwd())
  const [own, shared] = [join(ion, 'sops'), join(dirname(ion), 'agent-sops')]
  return existsSync(own) && !existsSync(shared) ? own : shared
}
