import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Diagnostic, findProjectRoot, readYaml } from '@ion/core'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { displayPath } from '../project.ts'
import { type ConfigFault, configDiagnostics, configFaults } from './config-issues.ts'
import { type CheckedConfig, programConfigSchema, yamlConfigSchema } from './config-schema.ts'
import { type ConfigFile, findConfig } from './find-config.ts'
import { keysAt } from './keys-at.ts'

/** A project's configuration. */
export interface LoadedConfig extends CheckedConfig {
  /** The folder that its paths are relative to. */
  root: string
  /** Where it was read from; `null` when the project has none. */
  path: string | null
}

const kind = {
  name: 'A configuration',
  keys: '`agents:` and `default_agent:`',
  whenTooLarge: 'A configuration has a few lines.',
}

/**
 * Reads the configuration of the project that a folder belongs to. A project without one has an empty one.
 *
 * @throws {CliError} `invalid_config` with every fault.
 */
export async function loadConfig(cwd: string): Promise<LoadedConfig> {
  const root = await findProjectRoot(cwd)
  const file = findConfig(root)
  if (file === null) return { root, path: null }
  const config = file.kind === 'yaml' ? readYamlConfig(file) : await readProgram(file)
  checkDefaultAgent(config, file)
  return { ...config, root, path: file.path }
}

function readYamlConfig({ path }: ConfigFile): CheckedConfig {
  const text = readText(path)
  // A file of remarks alone is an empty configuration.
  if (text.split('\n').every((line) => /^\s*(#|---\s*$|$)/.test(line))) return {}
  const { file, diagnostics } = readYaml(text, { path, kind })
  if (file === null) throw invalid(path, { diagnostics })
  const checked = yamlConfigSchema.safeParse(file.value, { reportInput: true })
  if (checked.success) return checked.data
  const faults = configFaults(checked.error.issues, (place) => keysAt(yamlConfigSchema, place))
  throw invalid(path, { diagnostics: configDiagnostics(faults, file, path) })
}

async function readProgram({ path }: ConfigFile): Promise<CheckedConfig> {
  const exported = await importConfig(path)
  const checked = programConfigSchema.safeParse(exported, { reportInput: true })
  if (checked.success) return checked.data
  throw invalid(path, {
    faults: configFaults(checked.error.issues, (place) => keysAt(programConfigSchema, place)),
  })
}

async function importConfig(path: string): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(pathToFileURL(path).href)
    if (module.default !== undefined) return module.default
  } catch (error) {
    const isUnreadable =
      error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION'
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(
      `${displayPath(path)} can't be loaded: ${why.split('\n')[0]}`,
      {
        code: 'invalid_config',
        exitCode: exitCodes.usage,
        hint: isUnreadable
          ? 'Node reads TypeScript from 22.18 on; write ion.config.mjs, or .ion/config.yaml'
          : undefined,
      },
      { cause: error },
    )
  }
  throw new CliError(`${displayPath(path)} exports nothing by default`, {
    code: 'invalid_config',
    exitCode: exitCodes.usage,
    hint: 'write: export default { agents: { … } }',
  })
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(`${displayPath(path)} can't be read: ${why}`, {
      code: 'invalid_config',
      exitCode: exitCodes.usage,
    })
  }
}

function invalid(
  path: string,
  { diagnostics, faults = [] }: { diagnostics?: Diagnostic[]; faults?: ConfigFault[] },
): CliError {
  const count = (diagnostics ?? faults).length
  const [first] = faults
  const what = first
    ? `: ${first.message.replace(/\.$/, '')}${count > 1 ? ` (and ${count - 1} more)` : ''}`
    : ''
  return new CliError(`${displayPath(path)} has ${count === 1 ? 'an error' : `${count} errors`}${what}`, {
    code: 'invalid_config',
    exitCode: exitCodes.usage,
    hint: first?.hint,
    ...(diagnostics ? { diagnostics } : {}),
  })
}

function checkDefaultAgent({ agents = {}, default_agent: name }: CheckedConfig, { path }: ConfigFile): void {
  if (name === undefined || name === 'echo' || Object.hasOwn(agents, name)) return
  const names = Object.keys(agents)
  throw new CliError(
    `${displayPath(path)}: default_agent is ${JSON.stringify(name)}, which is not among the agents`,
    {
      code: 'invalid_config',
      exitCode: exitCodes.usage,
      hint: names.length > 0 ? `there are ${names.join(', ')} and echo` : 'there is only echo',
    },
  )
}
