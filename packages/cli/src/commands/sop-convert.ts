import { existsSync } from 'node:fs'
import { readYaml, type WorkflowDefinition } from '@ion/core'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { CliError, usageError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { shortLines } from '../output/diagnostics.ts'
import { displayPath } from '../project.ts'
import { workflowLookup } from '../sop-lookup.ts'
import { type SopFlags, transpileOptions, withSopPath, withTranspileOptions } from '../sop-option.ts'
import { writeFileWithFolder } from '../sops/made-files.ts'
import { readSopSource } from '../sops/sop-source.ts'
import { explainInvalid, standardInput } from '../workflow-source.ts'

interface ConvertFlags extends SopFlags {
  output?: string
  force?: boolean
}

/** `ion sop convert`: prints the workflow that a SOP is run as. */
export function sopConvertCommand(cli: Cli): Command {
  const command = new Command('convert')
    .summary('print the workflow that a SOP is run as, in YAML')
    .description(
      'Prints the workflow that a SOP is run as, in YAML, which runs the same; with --json as JSON, which is YAML as well.',
    )
    .argument('[file]', 'name or path of a SOP (default: standard input)', standardInput)
    .option('-o, --output <file>', 'write it to this file')
    .option('--force', 'replace the file if it is there')
  return withSopPath(withTranspileOptions(command))
    .addHelpText(
      'after',
      examples(
        'ion sop convert release-notes',
        'ion sop convert agent-sops/release-notes.sop.md -o .ion/workflows/release-notes.yaml',
        'ion sop convert release-notes --json | jq .inputs',
      ),
    )
    .action(async (file: string, flags: ConvertFlags) => {
      cli.exitCode = await convert(cli, file, flags)
    })
}

async function convert(cli: Cli, file: string, flags: ConvertFlags): Promise<number> {
  const { terminal, options } = cli
  if (file === standardInput && process.stdin.isTTY) {
    throw usageError('no SOP is named, and standard input is a terminal', 'give a name or a path')
  }
  const source = await readSopSource(file, workflowLookup(process.cwd(), await cli.config(), flags))
  const { sopWorkflow, toYaml } = await import('@ion/sop-transpiler')
  const parsed = sopWorkflow(source.text, { ...transpileOptions(flags), path: source.path })
  if (!parsed.ok) throw explainInvalid(source, parsed.diagnostics)
  for (const line of shortLines(parsed.diagnostics)) terminal.note(line)
  const text = options.json ? `${JSON.stringify(asData(parsed.workflow))}\n` : toYaml(parsed.workflow)
  if (flags.output === undefined) await terminal.write(text)
  else writeTo(cli, { text, path: flags.output, force: flags.force === true })
  return exitCodes.completed
}

/** The workflow as the YAML has it, also where it has no inputs. */
function asData({ source: { text, path } }: WorkflowDefinition) {
  const kind = { name: 'A workflow', keys: '`name:` and `nodes:`', whenTooLarge: '' }
  const { file } = readYaml(text, { path, kind })
  return { schema: 'ion/sop-definition@1', inputs: {}, ...file?.value }
}

function writeTo(
  { terminal }: Cli,
  { text, path, force }: { text: string; path: string; force: boolean },
): void {
  if (existsSync(path) && !force) {
    throw new CliError(`there is a file ${displayPath(path)} already`, {
      code: 'file_exists',
      exitCode: exitCodes.usage,
      hint: 'give --force to replace it',
    })
  }
  writeFileWithFolder(path, text)
  terminal.note(`made  ${displayPath(path)}`)
}
