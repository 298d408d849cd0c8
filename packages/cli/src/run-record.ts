import type { JsonObject, WorkflowRun } from '@ion/store'
import { type AgentChoice, agentRecord, storedAgent } from './agent-option.ts'

/** What the CLI keeps in a run's metadata, so that going on with the run needs no options. */
export interface RunRecord {
  agent: AgentChoice | null
  /** Where runs have their folders, for a store that keeps none. */
  artifactsDir: string | null
}

/** The record as metadata. */
export function runMetadata({ agent, artifactsDir }: RunRecord): JsonObject {
  return {
    cli: {
      ...(agent === null ? {} : { agent: agentRecord(agent) }),
      ...(artifactsDir === null ? {} : { artifactsDir }),
    },
  }
}

/** Reads the record of a run; a run of another host has an empty one. */
export function readRunRecord({ metadata }: Pick<WorkflowRun, 'metadata'>): RunRecord {
  const cli = metadata.cli
  if (typeof cli !== 'object' || cli === null || Array.isArray(cli))
    return { agent: null, artifactsDir: null }
  const { agent, artifactsDir } = cli
  return {
    agent: storedAgent(agent),
    artifactsDir: typeof artifactsDir === 'string' ? artifactsDir : null,
  }
}
