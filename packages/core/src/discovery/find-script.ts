import { basename, extname, relative, sep } from 'node:path'
import { fileNames } from './file-kinds.ts'
import { type LookupFolder, type LookupOptions, lookupFolders } from './ion-folders.ts'
import { listFiles } from './list-files.ts'
import { LookupError } from './lookup-error.ts'
import { nearNames, suggestion } from './near-names.ts'
import { readIfPresent, unreadableFile } from './read-if-present.ts'

const scriptExtensions = ['.ts', '.mts', '.js', '.mjs', '.py'] as const

/** The ending of a script's file, which says what can run it. */
export type ScriptExtension = (typeof scriptExtensions)[number]

/** A script's file. */
export interface FoundScript {
  path: string
  text: string
  extension: ScriptExtension
}

/**
 * Reads a script by its name: a file in `.ion/scripts` of the project, else in `~/.config/ion/scripts`, or in a folder in
 * those. The name may leave out the ending and the folder.
 *
 * @throws {LookupError} `script_not_found` with suggestions, `ambiguous_script` with the paths, or `unreadable_file`.
 * @example
 * const { path, text } = await findScript('summarize', { cwd: process.cwd() })
 */
export async function findScript(name: string, options: LookupOptions): Promise<FoundScript> {
  const folders = await lookupFolders('scripts', options)
  for (const { path: folder } of folders) {
    const { paths, unreadable } = await listFiles(folder, fileNames.scripts)
    const lost = unreadable.find(({ path }) => fits(name, pathWithin(folder, path)))
    if (lost) throw unreadableFile(lost.path, lost.error)
    const fitting = paths.filter((path) => fits(name, pathWithin(folder, path)))
    const [path] = fitting
    if (path === undefined) continue
    if (fitting.length > 1) throw ambiguous(name, fitting)
    const text = await readIfPresent(path)
    const extension = scriptExtensions.find((known) => known === extname(path))
    if (text !== null && extension !== undefined) return { path, text, extension }
  }
  throw await notFound(name, folders)
}

function pathWithin(folder: string, path: string): string {
  return relative(folder, path).replaceAll(sep, '/')
}

/** Compares with names of files that are there, so that no name leads out of the folder. */
function fits(name: string, path: string): boolean {
  const compared = name.includes('/') ? path : basename(path)
  return compared === name || withoutExtension(compared) === name
}

function withoutExtension(path: string): string {
  return path.replace(fileNames.scripts, '')
}

function ambiguous(name: string, paths: string[]): LookupError {
  const message = `more than one script is called \`${name}\`: ${paths.join(', ')}; name one by its folder or its ending`
  return new LookupError('ambiguous_script', message, { suggestions: paths })
}

async function notFound(name: string, folders: LookupFolder[]): Promise<LookupError> {
  const lists = await Promise.all(folders.map(({ path }) => listFiles(path, fileNames.scripts)))
  const names = lists.flatMap(({ paths }) => paths.map((path) => withoutExtension(basename(path))))
  const suggestions = nearNames(name, names)
  const [project] = folders
  const where = project === undefined ? '' : ` (looked in ${project.path})`
  const message = `there is no script \`${name}\`${where}${suggestion(suggestions)}`
  return new LookupError('script_not_found', message, { suggestions })
}
