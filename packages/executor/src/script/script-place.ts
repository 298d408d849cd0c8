import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { NodeContext } from '../node-context.ts'
import type { ScratchFiles } from '../process/scratch-files.ts'
import type { FileProgram } from './plan-scripts.ts'

/** Where a script's file is run. */
export interface ScriptPlace {
  path: string
  /** Why it is not the file itself; `null` when it is. */
  warning: string | null
}

/**
 * The file of a script: the author's own, as long as it holds what it held when the run started. Else a copy of that, beside it,
 * where the same relative imports are found.
 */
export async function placeScript(
  { stored, path }: FileProgram,
  { files, context }: { files: ScratchFiles; context: Pick<NodeContext, 'runId' | 'path' | 'attempt'> },
): Promise<ScriptPlace> {
  const text = path === null ? null : await readFile(path, 'utf8').catch(() => null)
  if (path !== null && text === stored.text) return { path, warning: null }
  const warning = `${path ?? stored.name} ${text === null ? 'is gone' : 'was changed'} since the run started; running it as it was`
  const name = `${context.path.replaceAll('/', '.')}.${context.attempt}`
  if (path !== null) {
    const beside = join(
      dirname(path),
      `.${basename(path, stored.extension)}.${context.runId}.${name}${stored.extension}`,
    )
    const copied = await files.writeTo(beside, stored.text).catch(() => null)
    if (copied !== null) return { path: copied, warning }
  }
  return { path: await files.write(`script${stored.extension}`, stored.text), warning }
}
