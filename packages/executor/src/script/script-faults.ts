import type { Position, WorkflowDefinition } from '@ion/core'
import { ExecutorError } from '../errors.ts'
import { hostEnvironment } from '../node-environment.ts'
import { chooseRuntime } from './choose-runtime.ts'
import { findProgram } from './find-program.ts'
import { resolveScript, type ScriptLookup } from './resolve-script.ts'
import { runtimeOfFile } from './script-extension.ts'

/** Why a script node of a valid workflow can't be run as things are here. */
export interface ScriptFault {
  /** `missing_script` and `missing_runtime` belong to the place, `invalid_script` to the workflow. */
  code: 'missing_script' | 'invalid_script' | 'missing_runtime'
  message: string
  node: string
  position: Position
}

/**
 * Looks at the script nodes of a workflow as a run would, and gives every fault at once.
 *
 * @param options.env - Whose `PATH` is searched for runtimes. Default `process.env`.
 * @example
 * for (const { node, message } of await scriptFaults(workflow, { cwd: process.cwd() })) console.warn(node, message)
 */
export async function scriptFaults(
  workflow: WorkflowDefinition,
  { cwd, folders, env = process.env }: ScriptLookup & { env?: { [name: string]: string | undefined } },
): Promise<ScriptFault[]> {
  const host = hostEnvironment(env)
  const faults: ScriptFault[] = []
  for (const node of workflow.nodes) {
    if (node.type !== 'script') continue
    const fault = (code: ScriptFault['code'], message: string) =>
      faults.push({ code, message, node: node.id, position: node.position })
    try {
      const file = await resolveScript(node, { cwd, folders })
      const runtime = node.runtime ?? runtimeOfFile(file?.extension)
      const find = (program: string) => findProgram(program, host)
      const chosen = await chooseRuntime(runtime, { deps: node.deps, find })
      if ('missing' in chosen) {
        fault('missing_runtime', `the node ${node.id} needs ${chosen.missing}, and it is not on the PATH`)
      }
    } catch (error) {
      if (!(error instanceof ExecutorError)) throw error
      fault(error.code === 'missing_script' ? 'missing_script' : 'invalid_script', error.message)
    }
  }
  return faults
}
