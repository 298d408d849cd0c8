import {
  type Diagnostic,
  type JsonValue,
  referenceText,
  type SecretName,
  type WorkflowDefinition,
} from '@ion/core'
import type { JsonObject, StoredDefinition } from '@ion/store'
import { ExecutorError } from '../errors.ts'
import { Masker } from './masker.ts'
import { canBeMasked, fewestCharacters } from './secret-forms.ts'

/** The longest value that can be a secret, in bytes: its forms are kept in memory. */
const longestBytes = 64 * 1024

/** What is secret in a run. */
export interface RunSecrets {
  /** `null` when nothing is. */
  masker: Masker | null
  /** Secrets that are missing, too short to be masked, or stand where they are kept. */
  warnings: Diagnostic[]
}

/** Where secrets have their values, and where these are not to be. */
export interface SecretSources {
  workflow: WorkflowDefinition
  environment: { readonly [name: string]: string | undefined }
  inputs: JsonObject
  /** What is kept with the run as it is. */
  kept: { files: StoredDefinition['files']; arguments: string }
}

/**
 * Finds the values of a workflow's secrets.
 *
 * @throws {ExecutorError} `secret_too_long`
 */
export function runSecrets(sources: SecretSources): RunSecrets {
  const warnings: Diagnostic[] = []
  const masked = new Set<string>()
  for (const secret of sources.workflow.secrets) {
    const values = valuesOf(secret, sources)
    const warn = (code: string, message: string) =>
      warnings.push(warningAt(secret, sources.workflow, { code, message }))
    for (const value of values) {
      checkLength(secret, value)
      if (canBeMasked(value)) masked.add(value)
    }
    if (values.length === 0) {
      warn('ION1504', `The secret \`${nameOf(secret)}\` has no value, so there is nothing to mask.`)
    } else if (!values.some(canBeMasked)) {
      const least = `fewer than ${fewestCharacters} characters`
      warn('ION1505', `The value of the secret \`${nameOf(secret)}\` has ${least}, and is not masked.`)
    }
    for (const place of secret.kind === 'environment' ? keptPlaces(values, sources) : []) {
      warn('ION1506', `The value of the secret \`${secret.name}\` stands in ${place}, which the run keeps.`)
    }
  }
  return { masker: masked.size > 0 ? new Masker(masked) : null, warnings }
}

/** The warnings as they stand in the event that starts or resumes the run: absent when there are none. */
export function secretWarnings({ warnings }: RunSecrets): { warnings?: JsonObject[] } {
  if (warnings.length === 0) return {}
  return {
    warnings: warnings.map(({ range, ...facts }) => ({
      ...facts,
      range: { start: { ...range.start }, end: { ...range.end } },
    })),
  }
}

function nameOf({ kind, name }: SecretName): string {
  return kind === 'input' ? `INPUTS.${name}` : name
}

/** An input that is no text may show as a whole, and by what is in it. */
function valuesOf({ kind, name }: SecretName, { environment, inputs }: SecretSources): string[] {
  if (kind === 'environment') {
    const value = environment[name]
    return value ? [value] : []
  }
  const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined
  if (value === undefined || value === null || value === '') return []
  return [...new Set([referenceText(value), ...leaves(value)])]
}

function leaves(value: JsonValue): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(leaves)
}

function checkLength(secret: SecretName, value: string): void {
  const bytes = Buffer.byteLength(value)
  if (bytes <= longestBytes) return
  throw new ExecutorError(
    'secret_too_long',
    `the secret ${nameOf(secret)} has ${bytes} bytes, and at most ${longestBytes} can be masked; keep it in a file`,
    { secret: nameOf(secret), bytes, longestBytes },
  )
}

function keptPlaces(values: readonly string[], { workflow, inputs, kept }: SecretSources): string[] {
  const secretInputs = new Set(workflow.secrets.flatMap(({ kind, name }) => (kind === 'input' ? [name] : [])))
  const texts: [string, string][] = [
    ["the workflow's text", workflow.source.text],
    ...Object.entries(kept.files).map(([file, text]): [string, string] => [`\`${file}\``, text]),
    ['the arguments', kept.arguments],
    ...Object.entries(inputs)
      .filter(([name]) => !secretInputs.has(name))
      .map(([name, value]): [string, string] => [`the input \`${name}\``, referenceText(value)]),
  ]
  const found = texts.filter(([, text]) => values.some((value) => canBeMasked(value) && text.includes(value)))
  return found.map(([place]) => place)
}

function warningAt(
  secret: SecretName,
  { source }: WorkflowDefinition,
  problem: Pick<Diagnostic, 'code' | 'message'>,
): Diagnostic {
  const { line, column } = secret.position
  const end = { line, column: column + nameOf(secret).length }
  return { ...problem, severity: 'warning', path: source.path, range: { start: { line, column }, end } }
}
