import { delimiter, join } from 'node:path'
import { pythonOf } from './install-commands.ts'
import type { Dep } from './local-dep.ts'
import { nodeArguments } from './node-arguments.ts'
import type { ScriptPlan } from './plan-scripts.ts'

/** How a script is started. */
export interface ScriptProcess {
  command: string
  args: string[]
  /** Added to the node's environment. */
  env: { [name: string]: string }
}

/**
 * How a runtime runs a script. A program without a file comes on stdin: its imports are found from the folder it runs in,
 * it may be of any length, and there is no file that a killed executor could leave behind.
 *
 * @param script.path - The script's file; `null` for a program on stdin.
 * @param script.folder - Where its packages are installed; `null` when there are none, or the runtime installs them.
 */
export function scriptProcess(
  { runtime, command }: Pick<ScriptPlan, 'runtime' | 'command'>,
  {
    path,
    deps,
    folder,
    env,
  }: { path: string | null; deps: Dep[]; folder: string | null; env: { readonly [name: string]: string } },
): ScriptProcess {
  switch (runtime) {
    case 'node':
      return {
        command,
        args: nodeArguments({ path, deps: folder }),
        env: withPrograms(folder && join(folder, 'node_modules/.bin'), env),
      }
    case 'bun': {
      // What a script finds in its environment and its packages is what the workflow says, not what lies about.
      const args = ['--no-env-file', ...(folder === null ? [] : ['--no-install']), 'run', path ?? '-']
      if (folder === null) return { command, args, env: {} }
      const modules = join(folder, 'node_modules')
      const paths = env.NODE_PATH ? `${modules}${delimiter}${env.NODE_PATH}` : modules
      return { command, args, env: { ...withPrograms(join(modules, '.bin'), env), NODE_PATH: paths } }
    }
    case 'python': {
      if (folder === null) return { command, args: [path ?? '-'], env: {} }
      const programs = withPrograms(join(pythonOf(folder), '..'), env)
      return { command: pythonOf(folder), args: [path ?? '-'], env: { ...programs, VIRTUAL_ENV: folder } }
    }
    case 'uv': {
      const packages = deps.map(({ spec }) => `--with=${spec}`)
      // uv would hand a program on its stdin over as an argument, which has a limit.
      return { command, args: ['run', ...packages, ...(path === null ? ['python', '-'] : [path])], env: {} }
    }
  }
}

function withPrograms(folder: string | null, env: { readonly [name: string]: string }): { PATH?: string } {
  return folder === null ? {} : { PATH: env.PATH ? `${folder}${delimiter}${env.PATH}` : folder }
}
