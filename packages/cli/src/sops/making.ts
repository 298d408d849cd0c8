import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import type { Cli } from '../cli.ts'
import { usageError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { displayPath } from '../project.ts'
import { workflowLookup } from '../sop-lookup.ts'
import { type SopFlags, withSopPath } from '../sop-option.ts'
import { type DescribedSop, describeSop } from './described-sop.ts'
import { type MadeFile, writeMadeFiles } from './made-files.ts'
import { findSops, readSopSource, type SopFile } from './sop-source.ts'

/** The options of what makes files of SOPs. */
export interface MakingFlags extends SopFlags {
  out?: string
  force?: boolean
}

/** Adds the options and the argument of what makes files of SOPs. */
export function withMakingOptions(command: Command, folder: string): Command {
  return withSopPath(command)
    .argument('[sops...]', 'names or paths of SOPs (default: every SOP that can be found)')
    .option('--out <folder>', `where to put them (default: ${folder})`, nonEmpty)
    .option('--force', 'replace files that ion has not made as well')
}

/**
 * Makes a file of each SOP that is named, or of each that can be found, and tells of them.
 *
 * @param options.schema - Of what `--json` prints.
 * @param options.make - The file of a SOP. What it has to say is told as a warning.
 */
export async function makeFiles(
  cli: Cli,
  {
    names,
    flags,
    folder,
    schema,
    make,
  }: {
    names: string[]
    flags: MakingFlags
    folder: string
    schema: string
    make: (sop: DescribedSop, folder: string) => { file: MadeFile; warning?: string | undefined }
  },
): Promise<number> {
  const { terminal, options } = cli
  const { sops, problems } = await chosenSops(cli, names, flags)
  const out = resolve(flags.out ?? folder)
  const files: MadeFile[] = []
  const warnings = [...problems]
  for (const sop of sops) {
    const { described, fault } = await describeSop(sop)
    if (described === null) {
      if (names.length > 0) throw usageError(fault)
      warnings.push(fault)
      continue
    }
    const { file, warning } = make(described, out)
    files.push(file)
    if (warning !== undefined) warnings.push(warning)
  }
  const written = writeMadeFiles(files, { force: flags.force === true })
  if (options.json) terminal.printJson({ schema, ...written, warnings })
  for (const path of written.made) terminal.note(`made  ${displayPath(path)}`)
  for (const path of written.kept) terminal.note(`kept  ${displayPath(path)} (it is the same)`)
  if (!options.json) for (const warning of warnings) terminal.say(`warning: ${warning}`)
  return exitCodes.completed
}

async function chosenSops(
  cli: Cli,
  names: string[],
  flags: MakingFlags,
): Promise<{ sops: SopFile[]; problems: string[] }> {
  const lookup = workflowLookup(process.cwd(), await cli.config(), flags)
  if (names.length === 0) {
    const found = await findSops(lookup)
    return { ...found, sops: found.sops.filter(({ isHidden }) => !isHidden) }
  }
  const sops: SopFile[] = []
  for (const name of names) {
    const { text, path } = await readSopSource(name, lookup)
    if (path === null) throw usageError('what is made of a SOP needs its file, and was given standard input')
    sops.push({ text, path })
  }
  return { sops, problems: [] }
}

function nonEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must name a folder.')
  return text
}
