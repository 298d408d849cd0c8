import { type VariableName, variableNames } from '@ion/core'
import { type JsonObject, jsonObjectSchema, type WorkflowEvent } from '@ion/store'

/**
 * What a run was started with besides its record: kept in the first `workflow_started`, so that a resume from another
 * folder or with other settings runs the same.
 */
export interface StartFacts {
  /** Where nodes run. */
  cwd: string
  /** Values that the host gave for variables. */
  variables: { [Name in VariableName]?: string }
  /** How many bodies may run at once; `null` for what the workflow says. */
  maxParallel: number | null
}

/** The facts as they stand in the event. */
export function startPayload(facts: StartFacts): JsonObject {
  const { cwd, variables, maxParallel } = facts
  const given: JsonObject = {}
  for (const name of variableNames) {
    const value = variables[name]
    if (value !== undefined) given[name] = value
  }
  return { cwd, variables: given, ...(maxParallel === null ? {} : { maxParallel }) }
}

/**
 * Reads the facts from a log's beginning.
 *
 * @param fallback - Where nodes run when the log doesn't say, as in a run that was never started.
 */
export function readStartFacts(first: WorkflowEvent | undefined, fallback: string): StartFacts {
  const payload = first?.type === 'workflow_started' ? first.payload : {}
  const given = jsonObjectSchema.safeParse(payload.variables)
  const variables: StartFacts['variables'] = {}
  for (const name of variableNames) {
    const value = given.success && Object.hasOwn(given.data, name) ? given.data[name] : undefined
    if (typeof value === 'string') variables[name] = value
  }
  return {
    cwd: typeof payload.cwd === 'string' ? payload.cwd : fallback,
    variables,
    maxParallel: typeof payload.maxParallel === 'number' ? payload.maxParallel : null,
  }
}
