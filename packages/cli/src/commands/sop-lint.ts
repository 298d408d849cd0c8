import { readFileSync, writeFileSync } from 'node:fs'
import type { Diagnostic } from '@ion/core'
import { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { CliError, usageError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { examples } from '../help-text.ts'
import { checkedSummary } from '../output/checked-summary.ts'
import { diagnosticLines } from '../output/diagnostics.ts'
import { displayPath } from '../project.ts'
import { workflowLookup } from '../sop-lookup.ts'
import { type SopFlags, withSopPath } from '../sop-option.ts'
import { findSops, readSopSource } from '../sops/sop-source.ts'
import type { WorkflowSource } from '../workflow-source.ts'

interface LintFlags extends SopFlags {
  strict?: boolean
  fix?: boolean
}

/** A SOP that was looked at. */
interface Linted extends WorkflowSource {
  diagnostics: Diagnostic[]
  /** Whether nothing in it is an error. */
  valid: boolean
  /** How many faults were mended. */
  fixed: number
  /** How many could be. */
  fixable: number
}

/** `ion sop lint`: says what is unclear in SOPs, and mends what is safe to mend. */
export function sopLintCommand(cli: Cli): Command {
  return withSopPath(new Command('lint'))
    .summary('say what is unclear in SOPs, and mend what is safe to mend')
    .description(
      'Says everything that is unclear in SOPs or breaks their format. What leaves nothing to run is an error; with --strict ' +
        'also what breaks the letter of the format.',
    )
    .argument('[files...]', 'names, paths, or - for standard input (default: every SOP that can be found)')
    .option('--strict', 'take what breaks the letter of the format for errors')
    .option('--fix', 'mend in the files what can be mended without a change of meaning')
    .addHelpText(
      'after',
      examples('ion sop lint', 'ion sop lint release-notes --strict', 'ion sop lint --fix'),
    )
    .action(async (files: string[], flags: LintFlags) => {
      cli.exitCode = await lint(cli, files, flags)
    })
}

async function lint(cli: Cli, files: string[], flags: LintFlags): Promise<number> {
  const { terminal, options } = cli
  const { sources, problems } = await sourcesOf(cli, files, flags)
  const linted: Linted[] = []
  for (const source of sources) linted.push(await lintSource(source, flags))
  const valid = problems.length === 0 && linted.every((file) => file.valid)
  if (options.json) {
    const facts = linted.map(({ text: _, ...file }) => file)
    terminal.printJson({ schema: 'ion/sop-lint@1', valid, files: facts, problems })
    return valid ? exitCodes.completed : exitCodes.usage
  }
  for (const { diagnostics, text } of linted) {
    for (const line of diagnosticLines(diagnostics, text)) terminal.say(line)
  }
  for (const message of problems) terminal.say(`error: ${message}`)
  terminal.note(`${checkedSummary(linted, 'SOP')}${fixesInWords(linted)}`)
  return valid ? exitCodes.completed : exitCodes.usage
}

async function sourcesOf(
  cli: Cli,
  files: string[],
  flags: LintFlags,
): Promise<{ sources: WorkflowSource[]; problems: string[] }> {
  const lookup = workflowLookup(process.cwd(), await cli.config(), flags)
  if (files.length === 0) {
    const { sops, problems } = await findSops(lookup)
    return { sources: sops, problems }
  }
  const sources: WorkflowSource[] = []
  for (const file of files) sources.push(await readSopSource(file, lookup))
  return { sources, problems: [] }
}

async function lintSource(
  { text, path }: WorkflowSource,
  { strict = false, fix = false }: LintFlags,
): Promise<Linted> {
  const { applyFixes, lintSop } = await import('@ion/sop-transpiler')
  const options = { path, strict }
  const before = lintSop(text, options)
  let [current, found, fixed] = [text, before, 0]
  // What is mended may show what was hidden behind it.
  for (let round = 0; fix && found.fixes.length > 0 && round < 10; round++) {
    fixed += found.fixes.length
    current = applyFixes(current, found.fixes)
    found = lintSop(current, options)
  }
  if (current !== text) replaceText(path, { before: text, after: current })
  const valid = found.diagnostics.every(({ severity }) => severity !== 'error')
  return { path, text: current, diagnostics: found.diagnostics, valid, fixed, fixable: found.fixes.length }
}

/** Writes the mended text, unless somebody else has changed the file in the meantime. */
function replaceText(path: string | null, { before, after }: { before: string; after: string }): void {
  if (path === null) throw usageError('--fix needs a file, and was given standard input')
  try {
    if (readFileSync(path, 'utf8') === before) writeFileSync(path, after)
    else throw new Error('it was changed at the same time')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(`${displayPath(path)} can't be mended: ${why}`, {
      code: 'unwritable',
      exitCode: exitCodes.unavailable,
    })
  }
}

function fixesInWords(linted: readonly Linted[]): string {
  const sum = (count: (file: Linted) => number) => linted.reduce((total, file) => total + count(file), 0)
  const [fixed, fixable] = [sum((file) => file.fixed), sum((file) => file.fixable)]
  return `${fixed > 0 ? `; ${fixed} mended` : ''}${fixable > 0 ? `; ${fixable} can be mended with --fix` : ''}`
}
