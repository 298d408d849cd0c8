import { type ScriptNode, scriptNameCandidate, type WorkflowDefinition } from '@ion/core'
import { resolveScript, type ScriptLookup } from './resolve-script.ts'
import { extensionOf, scriptExtensions } from './script-extension.ts'

const folder = 'scripts/'

/** The text of a script's file as it is kept with its run. */
export interface StoredScript {
  /** `scripts/report.py` */
  name: string
  extension: string
  text: string
}

/**
 * Reads the files of a workflow's scripts, under the names by which they are kept with a run.
 *
 * @throws {ExecutorError} `missing_script`, `invalid_script`.
 */
export async function readScripts(
  workflow: WorkflowDefinition,
  lookup: ScriptLookup,
): Promise<{ [name: string]: string }> {
  const files: { [name: string]: string } = {}
  for (const node of workflow.nodes) {
    if (node.type !== 'script') continue
    const file = await resolveScript(node, lookup)
    if (!file) continue
    const name = node.source.trim()
    files[`${folder}${name}${extensionOf(name) ? '' : file.extension}`] = file.text
  }
  return files
}

/** The stored file of a script node; `null` for one that is a program of its own. */
export function storedScript(
  { source }: Pick<ScriptNode, 'source'>,
  files: { readonly [name: string]: string },
): StoredScript | null {
  const candidate = scriptNameCandidate(source)
  if (candidate === null) return null
  for (const extension of ['', ...scriptExtensions]) {
    const name = `${folder}${candidate}${extension}`
    const text = Object.hasOwn(files, name) ? files[name] : undefined
    const ending = extensionOf(name)
    if (text !== undefined && ending) return { name, extension: ending, text }
  }
  return null
}
