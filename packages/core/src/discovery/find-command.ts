import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isCommandName } from '../command-name.ts'
import { type LookupFolder, type LookupOptions, lookupFolders } from './ion-folders.ts'
import { isMissing, listFiles } from './list-files.ts'
import { LookupError } from './lookup-error.ts'
import { nearNames, suggestion } from './near-names.ts'

/** A command file. */
export interface FoundCommand {
  path: string
  text: string
}

/**
 * Reads the text of a command: `<name>.md` in `.ion/commands` of the project, else in `~/.config/ion/commands`.
 *
 * @throws {LookupError} `invalid_command_name`, `command_not_found` with suggestions, `empty_command` or
 *   `unreadable_file`.
 * @example
 * const { text } = await findCommand('review', { cwd: process.cwd() })
 */
export async function findCommand(name: string, options: LookupOptions): Promise<FoundCommand> {
  if (!isCommandName(name)) {
    throw new LookupError('invalid_command_name', `\`${name}\` can't be the name of a command`)
  }
  const folders = await lookupFolders('commands', options)
  for (const { path: folder } of folders) {
    const path = join(folder, `${name}.md`)
    const text = await readIfPresent(path)
    if (text === null) continue
    if (text.trim() === '') throw new LookupError('empty_command', `the command file ${path} is empty`)
    return { path, text }
  }
  throw await notFound(name, folders)
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    const why = error instanceof Error ? error.message : String(error)
    throw new LookupError('unreadable_file', `${path} can't be read: ${why}`, { cause: error })
  }
}

async function notFound(name: string, folders: LookupFolder[]): Promise<LookupError> {
  const lists = await Promise.all(folders.map(({ path }) => commandNames(path)))
  const suggestions = nearNames(name, lists.flat())
  const [project] = folders
  const where = project === undefined ? '' : ` (looked for ${join(project.path, `${name}.md`)})`
  const message = `there is no command \`${name}\`${where}${suggestion(suggestions)}`
  return new LookupError('command_not_found', message, { suggestions })
}

async function commandNames(folder: string): Promise<string[]> {
  const { paths } = await listFiles(folder, /\.md$/)
  return paths.filter((path) => dirname(path) === folder).map((path) => basename(path, '.md'))
}
