import { renderScript, type ScriptNode } from '@ion/core'
import type { NodeContext, Runner } from '../node-context.ts'
import { fitEnvironment } from '../process/fit-environment.ts'
import { ScratchFiles } from '../process/scratch-files.ts'
import { cacheFolder } from '../script/cache-folder.ts'
import { installDeps } from '../script/install-deps.ts'
import { readDep } from '../script/local-dep.ts'
import type { ScriptPlan } from '../script/plan-scripts.ts'
import { placeScript } from '../script/script-place.ts'
import { scriptProcess } from '../script/script-process.ts'
import { completedBy, runProgram } from './run-program.ts'

/** Runs the node's script; its output is stdout. Fails unless the script exits with 0, and keeps what it printed. */
export const runScript: Runner<ScriptNode> = async (node, context) => {
  const plan = context.script()
  if (plan.warning !== null) await warn(plan.warning, context)
  const files = new ScratchFiles(context)
  try {
    const { env } = await fitEnvironment(context.env, files)
    const { path, input } = await textOf(plan, { files, context })
    const deps = await Promise.all(node.deps.map((dep) => readDep(dep, context.runCwd)))
    const folder =
      deps.length > 0 && plan.runtime !== 'uv'
        ? await installDeps({ plan, deps, cache: cacheFolder(env), env }, context)
        : null
    const { command, args, env: added } = scriptProcess(plan, { path, deps, folder, env })
    const program = { command, args, env: { ...env, ...added }, ...(input === null ? {} : { input }) }
    return completedBy(await runProgram(program, context))
  } finally {
    await files.remove()
  }
}

async function textOf(
  { program }: ScriptPlan,
  { files, context }: { files: ScratchFiles; context: NodeContext },
): Promise<{ path: string | null; input: string | null }> {
  if (program.kind === 'inline') return { path: null, input: renderScript(program.template, context.scope) }
  const { path, warning } = await placeScript(program, { files, context })
  if (warning !== null) await warn(warning, context)
  return { path, input: null }
}

async function warn(message: string, context: NodeContext): Promise<void> {
  context.log('warn', message)
}
