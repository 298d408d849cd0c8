import { type JsonValue, referenceText, renderTemplate, type Scope, variableNames } from '@ion/core'
import { nodeMarker, runKey, runMarker } from './process/leftovers.ts'
import type { RunSetting } from './run-setting.ts'
import type { Unit } from './unit.ts'

/** A plain environment of what the host gives: what is not set is left out. */
export function hostEnvironment(given: { [name: string]: string | undefined }): { [name: string]: string } {
  const env: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) env[name] = value
  }
  return env
}

/** The environment of a node's processes: the host's, Ion's variables, the inputs, and the node's own `env`. */
export function nodeEnvironment(options: {
  setting: RunSetting
  unit: Unit
  attempt: number
  idempotencyKey: string
  scope: Scope
  /** What the node's `with` gives, over the run's inputs. */
  bindings: ReadonlyMap<string, JsonValue>
}): { [name: string]: string } {
  const { setting, unit, attempt, idempotencyKey, scope, bindings } = options
  const env = { ...setting.environment }
  for (const name of variableNames) {
    const value = scope.variable(name)
    if (value !== undefined) env[name] = value
  }
  for (const [name, value] of Object.entries(setting.run.inputs)) {
    env[inputVariable(name)] = referenceText(value)
  }
  for (const [name, value] of bindings) env[inputVariable(name)] = referenceText(value)
  env.LOG_DIR = setting.folder.logs
  for (const [name, template] of unit.node.env) env[name] = renderTemplate(template, scope)
  env.ION_RUN_ID = setting.run.id
  env.ION_EXECUTOR_PID = String(process.pid)
  env[runMarker] = runKey(setting.run)
  env[nodeMarker] = unit.path
  env.ION_ATTEMPT = String(attempt)
  env.ION_IDEMPOTENCY_KEY = idempotencyKey
  return env
}

/** The environment variable of an input: `INPUTS_ISSUE_NUMBER` for `issue-number`. */
export function inputVariable(name: string): string {
  return `INPUTS_${name.toUpperCase().replaceAll('-', '_')}`
}
