import type { ScriptNode, ScriptTemplate } from '@ion/core'
import type { JsonObject } from '@ion/store'
import type { CompiledWorkflow } from '../compile.ts'
import { ExecutorError } from '../errors.ts'
import { type ChosenRuntime, chooseRuntime } from './choose-runtime.ts'
import { findProgram } from './find-program.ts'
import { resolveScript, type ScriptLookup } from './resolve-script.ts'
import { runtimeOfFile } from './script-extension.ts'
import { type StoredScript, storedScript } from './stored-scripts.ts'

/** How a script node is run on this machine. */
export interface ScriptPlan extends ChosenRuntime {
  program: InlineProgram | FileProgram
}

/** A program that stands in the workflow. */
export interface InlineProgram {
  kind: 'inline'
  template: ScriptTemplate
}

/** A program that is a file. */
export interface FileProgram {
  kind: 'file'
  stored: StoredScript
  /** Where the file is; `null` when it is gone. */
  path: string | null
}

/** The plans by node id. */
export type ScriptPlans = ReadonlyMap<string, ScriptPlan>

/**
 * Decides for every script node what runs it, before anything starts.
 *
 * @param host.done - Nodes that won't run again.
 * @throws {ExecutorError} `missing_runtime` naming every node that can't be run here.
 */
export async function planScripts(
  { workflow, files }: Pick<CompiledWorkflow, 'workflow' | 'files'>,
  host: ScriptLookup & { env: { readonly [name: string]: string | undefined }; done?: ReadonlySet<string> },
): Promise<ScriptPlans> {
  const plans = new Map<string, ScriptPlan>()
  const missing: { node: string; program: string }[] = []
  for (const node of workflow.nodes) {
    if (node.type !== 'script' || host.done?.has(node.id)) continue
    const stored = storedScript(node, files)
    const chosen = await chooseRuntime(node.runtime ?? runtimeOfFile(stored?.extension), {
      deps: node.deps,
      find: (program) => findProgram(program, host.env),
    })
    if ('missing' in chosen) missing.push({ node: node.id, program: chosen.missing })
    else plans.set(node.id, { ...chosen, program: await programOf(node, stored, host) })
  }
  if (missing.length > 0) throw missingRuntime(missing)
  return plans
}

/** What a plan says in the `node_started` of its node. */
export function planFacts(plan: ScriptPlan | undefined): { script?: JsonObject } {
  if (!plan) return {}
  const { program, runtime, command, warning } = plan
  const what = program.kind === 'inline' ? { inline: true } : { named: program.path ?? program.stored.name }
  return { script: { ...what, runtime, command, ...(warning === null ? {} : { warning }) } }
}

async function programOf(node: ScriptNode, stored: StoredScript | null, lookup: ScriptLookup) {
  if (stored) {
    // An edit since the run started doesn't matter here: the stored text is run then.
    const file = await resolveScript(node, lookup).catch(() => null)
    return { kind: 'file', stored, path: file?.path ?? null } satisfies FileProgram
  }
  if (!node.template)
    throw new ExecutorError('invalid_script', `the node ${node.id}: its script has no runtime`)
  return { kind: 'inline', template: node.template } satisfies InlineProgram
}

function missingRuntime(missing: { node: string; program: string }[]): ExecutorError {
  const what = missing.map(({ node, program }) => `the node ${node} needs ${program}`).join('; ')
  return new ExecutorError('missing_runtime', `${what}, and it is not on the PATH`, {
    nodes: missing.map(({ node }) => node),
  })
}
