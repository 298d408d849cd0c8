import { closestName, type Diagnostic, type LocatedYaml } from '@ion/core'
import type { z } from 'zod'

/** What is wrong with a configuration. */
export interface ConfigFault {
  path: (string | number)[]
  /** The key is wrong, not its value. */
  isKey: boolean
  code: 'ION3101' | 'ION3102'
  message: string
  hint?: string
}

/**
 * What is wrong, each fault at its place.
 *
 * @param keysAt - The keys that are valid at a place, for suggestions.
 */
export function configFaults(
  issues: readonly z.core.$ZodIssue[],
  keysAt: (path: PropertyKey[]) => string[],
): ConfigFault[] {
  return issues.flatMap((issue) => faultsOf(innermost(issue), keysAt))
}

/** Of a choice whose kinds have failed, the one that got furthest says what is meant. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.input === undefined) return [issue]
  const tried = issue.errors.map((inner) =>
    inner.map((each) => ({ ...each, path: [...issue.path, ...each.path] })),
  )
  const isKind = (inner: z.core.$ZodIssue[]) => inner.every(({ path }) => path.length > issue.path.length)
  const meant = tried.find((inner) => inner.length > 0 && (isKind(inner) || inner.every(isUnknownKey)))
  return meant ? meant.flatMap(innermost) : [issue]
}

function isUnknownKey({ code }: z.core.$ZodIssue): boolean {
  return code === 'unrecognized_keys'
}

function faultsOf(issues: z.core.$ZodIssue[], keysAt: (path: PropertyKey[]) => string[]): ConfigFault[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key): ConfigFault => {
        const near = closestName(key, keysAt(issue.path))
        const message = `There is no key \`${key}\` here.`
        const hint = near === undefined ? listOf(keysAt(issue.path)) : `Did you mean \`${near}\`?`
        return { path: [...path, key], isKey: true, code: 'ION3101', message, ...(hint ? { hint } : {}) }
      })
    }
    if (issue.code === 'invalid_key') {
      const why = issue.issues[0]?.message ?? 'is no name'
      return [{ path, isKey: true, code: 'ION3102', message: `\`${path.at(-1)}\` ${why}.` }]
    }
    const name = path.join('.') || 'The configuration'
    const missing = issue.code.startsWith('invalid') && issue.input === undefined
    const message = missing ? `\`${name}\` is missing.` : `\`${name}\` ${issue.message}.`
    return [{ path, isKey: false, code: 'ION3102', message }]
  })
}

function listOf(keys: string[]): string | undefined {
  return keys.length === 0 ? undefined : `There are ${keys.map((key) => `\`${key}\``).join(', ')}.`
}

/** The faults as diagnostics of a YAML file. */
export function configDiagnostics(faults: ConfigFault[], file: LocatedYaml, path: string): Diagnostic[] {
  return faults.map(({ path: steps, isKey, ...fault }) => ({
    ...fault,
    severity: 'error',
    path,
    range: file.rangeOf(steps, { key: isKey }),
  }))
}
