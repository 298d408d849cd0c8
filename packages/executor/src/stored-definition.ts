import { createHash } from 'node:crypto'
import { findCommand, type LookupOptions, type WorkflowDefinition } from '@ion/core'
import { canonicalJson, type StoredDefinition } from '@ion/store'
import { commandFile, commandNames } from './compile.ts'
import { ExecutorError } from './errors.ts'
import { readScripts } from './script/stored-scripts.ts'

/**
 * A workflow as it is kept with its run: its source and the command and script files it uses, so that a resume depends on
 * nothing that is edited later.
 *
 * @throws {ExecutorError} `missing_command`, `missing_script`, `invalid_script`
 */
export async function storedDefinition(
  workflow: WorkflowDefinition,
  options: Pick<LookupOptions, 'cwd' | 'folders'> & { commands?: { [name: string]: string } | undefined },
): Promise<StoredDefinition> {
  const files = await readScripts(workflow, options)
  for (const name of commandNames(workflow)) files[commandFile(name)] = await commandText(name, options)
  const { format, text: source, path } = workflow.source
  const digest = createHash('sha256').update(canonicalJson({ format, source, files })).digest('hex')
  return { format, source, digest, path, files }
}

async function commandText(
  name: string,
  {
    cwd,
    folders,
    commands,
  }: Pick<LookupOptions, 'cwd' | 'folders'> & { commands?: { [name: string]: string } | undefined },
): Promise<string> {
  const given = commands && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (given !== undefined) return given
  try {
    return (await findCommand(name, { cwd, folders })).text
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ExecutorError('missing_command', why, { command: name }, { cause: error })
  }
}
