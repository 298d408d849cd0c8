import { readFile, stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import {
  findScript,
  LookupError,
  type LookupOptions,
  languageOfRuntime,
  type ScriptNode,
  scriptNameCandidate,
} from '@ion/core'
import { ExecutorError } from '../errors.ts'
import { extensionOf } from './script-extension.ts'

/** A script that is a file. */
export interface ScriptFile {
  path: string
  text: string
  extension: string
}

/** What no name of a file needs, and code often has. */
const codeCharacters = /[^\p{L}\p{N}_./@+-]/u

/**
 * Decides whether the text of a script node names a file or is the program itself.
 *
 * A text that can be a name is the name of a file: one that `findScript` finds, or a path from the run's directory. Where the
 * same text can be code too (`main()`), it is code, unless there is such a file: then nobody can tell, and it is refused.
 *
 * @returns the file; `null` for a program.
 * @throws {ExecutorError} `missing_script`, or `invalid_script` where the text is ambiguous, has no runtime, or has one that
 * can't run the file.
 */
export async function resolveScript(
  node: Pick<ScriptNode, 'id' | 'source' | 'runtime'>,
  lookup: ScriptLookup,
): Promise<ScriptFile | null> {
  const name = scriptNameCandidate(node.source)
  const looksLikeCode = name === null || codeCharacters.test(name)
  const { file, error } = name === null ? noFile : await findFile(node.id, name, lookup)
  if (!file) {
    if (!looksLikeCode) throw missing(node.id, error)
    if (node.runtime === null) {
      throw invalid(node.id, 'a script that is no file needs a `runtime`: bun, node, uv or python')
    }
    return null
  }
  if (looksLikeCode) {
    throw invalid(node.id, `\`${name}\` can be code, and it is the name of ${file.path}; rename the file`)
  }
  if (
    node.runtime !== null &&
    (languageOfRuntime(node.runtime) === 'python') !== (file.extension === '.py')
  ) {
    throw invalid(node.id, `the runtime ${node.runtime} can't run ${file.path}`)
  }
  return file
}

/** Where files of scripts are looked for. */
export type ScriptLookup = Pick<LookupOptions, 'cwd' | 'folders'>

const noFile = { file: null, error: null }

async function findFile(id: string, name: string, lookup: ScriptLookup) {
  const { file, error } = await findNamed(id, name, lookup)
  const path = resolve(lookup.cwd, name)
  if (file?.path === path || !extensionOf(path) || !(await isFile(path))) return { file, error }
  if (file) throw invalid(id, `\`${name}\` is the name of two files: ${file.path} and ${path}`)
  return { file: { path, text: await readFile(path, 'utf8'), extension: extname(path) }, error: null }
}

async function findNamed(id: string, name: string, { cwd, folders }: ScriptLookup) {
  try {
    return { file: await findScript(name, { cwd, folders }), error: null }
  } catch (error) {
    if (!(error instanceof LookupError)) throw error
    if (error.code === 'script_not_found') return { file: null, error }
    throw invalid(id, error.message, error)
  }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isFile(),
    () => false,
  )
}

function missing(node: string, cause: Error | null): ExecutorError {
  return new ExecutorError(
    'missing_script',
    `the node ${node}: ${cause?.message ?? 'there is no such script'}`,
    { node },
    { cause },
  )
}

function invalid(node: string, why: string, cause?: unknown): ExecutorError {
  return new ExecutorError('invalid_script', `the node ${node}: ${why}`, { node }, { cause })
}
