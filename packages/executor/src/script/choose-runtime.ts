import type { ScriptRuntime } from '@ion/core'

/** What runs a script. */
export interface ChosenRuntime {
  runtime: ScriptRuntime
  /** The program's path. */
  command: string
  /** The program that installs its packages; `null` when there are none, or the runtime does it itself. */
  installer: string | null
  /** Said in the log and in the event when something else runs the script than was asked for. */
  warning: string | null
}

/** What was asked for can't be had; `missing` says what has to be installed. */
export interface MissingRuntime {
  missing: string
}

/** What takes the place of a runtime that isn't there. */
const substitutes: { readonly [Runtime in ScriptRuntime]?: ScriptRuntime } = { bun: 'node', uv: 'python' }

const installers: { readonly [Runtime in ScriptRuntime]: readonly string[] } = {
  node: ['npm'],
  bun: ['bun'],
  // Python has an installer of its own, which is only slower.
  python: ['uv'],
  uv: [],
}

/**
 * Chooses what runs a script: what was asked for, else what runs the same language.
 *
 * @param find - Finds a program by its name.
 */
export async function chooseRuntime(
  asked: ScriptRuntime,
  { deps, find }: { deps: readonly string[]; find(program: string): Promise<string | null> },
): Promise<ChosenRuntime | MissingRuntime> {
  const substitute = substitutes[asked]
  const tried = substitute === undefined ? [asked] : [asked, substitute]
  for (const runtime of tried) {
    const command = await programOf(runtime, find)
    if (command === null) continue
    const installer = deps.length > 0 ? await firstOf(installers[runtime], find) : null
    if (deps.length > 0 && runtime === 'node') {
      if (installer === null) return { missing: 'npm, which installs its `deps`,' }
      if (!hasHooks()) return { missing: 'Node 22.15 or later, which `deps` need,' }
    }
    const warning =
      runtime === asked ? null : `${asked} is not on the PATH; ${titles[runtime]} runs this script instead`
    return { runtime, command, installer, warning }
  }
  return { missing: tried.map((runtime) => titles[runtime]).join(' or ') }
}

const titles: { readonly [Runtime in ScriptRuntime]: string } = {
  bun: 'bun',
  node: 'Node',
  uv: 'uv',
  python: 'python3',
}

async function programOf(runtime: ScriptRuntime, find: (program: string) => Promise<string | null>) {
  if (runtime === 'node') return process.execPath
  return await find(runtime === 'python' ? 'python3' : runtime)
}

async function firstOf(programs: readonly string[], find: (program: string) => Promise<string | null>) {
  for (const program of programs) {
    const path = await find(program)
    if (path !== null) return path
  }
  return null
}

/** Whether this Node lets a program take part in finding modules. */
function hasHooks(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 15)
}
