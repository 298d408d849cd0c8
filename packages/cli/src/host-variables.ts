import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import type { ExecuteOptions } from '@ion/executor'
import type { LoadedConfig } from './config/load-config.ts'
import { projectFolder } from './project.ts'

/** The options that give the host's variables. */
export interface VariableFlags {
  baseBranch?: string
  docsDir?: string
  stateDir?: string
}

/** Where the variables are said, besides on the command line. */
export interface VariableSources {
  config: Pick<LoadedConfig, 'variables' | 'root'>
  env: NodeJS.ProcessEnv
}

/** The variables that only the host can give a value: by option, environment, configuration, or by looking around. */
export async function hostVariables(
  flags: VariableFlags,
  cwd: string,
  { config: { variables = {}, root }, env }: VariableSources = { config: { root: cwd }, env: {} },
): Promise<NonNullable<ExecuteOptions['variables']>> {
  const said = flags.baseBranch ?? (env.ION_BASE_BRANCH || variables.BASE_BRANCH)
  const baseBranch = said ?? findBaseBranch(cwd)
  const stateDir = flags.stateDir ?? (env.ION_STATE_DIR || undefined)
  return {
    ...(baseBranch === null ? {} : { BASE_BRANCH: baseBranch }),
    DOCS_DIR: flags.docsDir ?? (env.ION_DOCS_DIR || variables.DOCS_DIR) ?? 'docs/',
    STATE_DIR: stateDir
      ? resolve(cwd, stateDir)
      : resolve(root, variables.STATE_DIR ?? join(await projectFolder(cwd), 'state')),
  }
}

/** The branch that work goes into: the remote's default, else `main`, else the current one; `null` outside of git. */
export function findBaseBranch(cwd: string): string | null {
  const remote = git(cwd, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD'])
  if (remote) return remote.replace(/^origin\//, '')
  const main = git(cwd, ['for-each-ref', '--format=%(refname:short)', 'refs/heads/main'])
  return main || git(cwd, ['symbolic-ref', '--quiet', '--short', 'HEAD']) || null
}

function git(cwd: string, args: string[]): string {
  const { status, stdout } = spawnSync('git', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 ? stdout.trim() : ''
}
