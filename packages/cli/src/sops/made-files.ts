import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { displayPath } from '../project.ts'

/** A file that is made of a SOP. */
export interface MadeFile {
  path: string
  text: string
  /** The SOP's file, as one would type it here. */
  from: string
}

const mark = 'Made by ion from'

/** The line by which a file that was made is known again; what has it may be replaced. */
export function madeFrom(file: string): string {
  // Nothing in a name ends the comment that it stands in.
  return `${mark} ${file.replace(/\p{Cc}+/gu, ' ').replaceAll('--', '- -')}: change that file, not this one.`
}

/** Which files were written, and which were the same already. */
export interface Written {
  made: string[]
  kept: string[]
}

/**
 * Writes files and their folders. What was made before is replaced; if there is another file in the place of one, nothing is
 * written at all.
 *
 * @param options.force - Replaces other files as well.
 * @throws {CliError} `file_exists`, `ambiguous_name`, `unwritable`.
 */
export function writeMadeFiles(files: readonly MadeFile[], { force }: { force: boolean }): Written {
  const twice = files.find(({ path }, index) => files.findIndex((other) => other.path === path) < index)
  if (twice) {
    const sops = files.filter(({ path }) => path === twice.path).map(({ from }) => from)
    throw new CliError(
      `${sops.join(' and ')} come to one file, ${displayPath(twice.path)}; nothing was written`,
      {
        code: 'ambiguous_name',
        exitCode: exitCodes.usage,
        hint: 'rename one of them',
      },
    )
  }
  const before = files.map(({ path }) => textOf(path))
  const foreign = files.filter((_, index) => before[index] !== null && !before[index]?.includes(mark))
  if (foreign.length > 0 && !force) {
    const names = foreign.map(({ path }) => displayPath(path)).join(', ')
    throw new CliError(`there is a file already that ion has not made: ${names}; nothing was written`, {
      code: 'file_exists',
      exitCode: exitCodes.usage,
      hint: 'give --force to replace it',
    })
  }
  const written: Written = { made: [], kept: [] }
  for (const [index, { path, text }] of files.entries()) {
    if (before[index] === text) written.kept.push(path)
    else {
      writeFileWithFolder(path, text)
      written.made.push(path)
    }
  }
  return written
}

/**
 * Writes a file, and makes the folder that it is in.
 *
 * @param options.isNew - There must be none yet.
 * @throws {CliError} `file_exists`, `unwritable`.
 */
export function writeFileWithFolder(
  path: string,
  text: string,
  { isNew = false }: { isNew?: boolean } = {},
): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: isNew ? 'wx' : 'w' })
  } catch (error) {
    const isThere = isNew && error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (isThere) {
      throw new CliError(`there is a file ${displayPath(path)} already; it stays as it is`, {
        code: 'file_exists',
        exitCode: exitCodes.usage,
      })
    }
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(`${displayPath(path)} can't be written: ${why}`, {
      code: 'unwritable',
      exitCode: exitCodes.unavailable,
    })
  }
}

/** The text of a file; `null` when there is none. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(`${displayPath(path)} can't be written: ${why}`, {
      code: 'unwritable',
      exitCode: exitCodes.unavailable,
    })
  }
}
