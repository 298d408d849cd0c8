import { basename, join } from 'node:path'
import { isCommandName } from '../command-name.ts'
import { fileNames } from './file-kinds.ts'
import { type LookupFolder, type LookupOptions, lookupFolders } from './ion-folders.ts'
import { listFiles } from './list-files.ts'
import { LookupError } from './lookup-error.ts'
import { nearNames, suggestion } from './near-names.ts'
import { readIfPresent } from './read-if-present.ts'

/** A command file. */
export interface FoundCommand {
  path: string
  text: string
}

/**
 * Reads the text of a command: `<name>.md` in `.ion/commands` of the project, else in `~/.config/ion/commands`, or in a
 * folder in those.
 *
 * @throws {LookupError} `invalid_command_name`, `command_not_found` with suggestions, `ambiguous_command` with the paths,
 *   `empty_command` or `unreadable_file`.
 * @example
 * const { text } = await findCommand('review', { cwd: process.cwd() })
 */
export async function findCommand(name: string, options: LookupOptions): Promise<FoundCommand> {
  if (!isCommandName(name)) {
    throw new LookupError('invalid_command_name', `\`${name}\` can't be the name of a command`)
  }
  const folders = await lookupFolders('commands', options)
  for (const { path: folder } of folders) {
    const path = await locate(name, folder)
    const text = await readIfPresent(path)
    if (text === null) continue
    if (text.trim() === '') throw new LookupError('empty_command', `the command file ${path} is empty`)
    return { path, text }
  }
  throw await notFound(name, folders)
}

/** Where a command is: in the folder itself, else in one in it, and of these in `defaults` last, which others override. */
async function locate(name: string, folder: string): Promise<string> {
  const file = `${name}.md`
  const { paths } = await listFiles(folder, fileNames.commands)
  const fitting = paths.filter((path) => basename(path) === file)
  const defaults = join(folder, 'defaults', file)
  const within = fitting.filter((path) => path !== defaults)
  const own = join(folder, file)
  const [first, second] = within
  if (first === undefined) return fitting.includes(defaults) ? defaults : own
  if (within.includes(own) || second === undefined) return within.includes(own) ? own : first
  const message = `more than one command is called \`${name}\`: ${within.join(', ')}; rename one`
  throw new LookupError('ambiguous_command', message, { suggestions: within })
}

async function notFound(name: string, folders: LookupFolder[]): Promise<LookupError> {
  const lists = await Promise.all(folders.map(({ path }) => listFiles(path, fileNames.commands)))
  const names = lists.flatMap(({ paths }) => paths.map((path) => basename(path, '.md')))
  const suggestions = nearNames(name, names)
  const [project] = folders
  const where = project === undefined ? '' : ` (looked for ${join(project.path, `${name}.md`)})`
  const message = `there is no command \`${name}\`${where}${suggestion(suggestions)}`
  return new LookupError('command_not_found', message, { suggestions })
}
