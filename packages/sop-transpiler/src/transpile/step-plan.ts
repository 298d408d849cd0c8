import type { SopConstraint } from '../model.ts'
import type { GateSentence } from './gates.ts'
import type { NamedFile } from './named-files.ts'
import type { SopUnit } from './unit.ts'

/** A unit with the nodes that it comes to. */
export interface StepPlan {
  unit: SopUnit
  id: string
  /** When it runs; `null` for always. */
  when: string | null
  /** Asks whether what it must and must not do is so, and has it put right; `null` without. */
  check: { id: string; criteria: SopConstraint[] } | null
  /** Looks for the files that it has to leave; `null` without. */
  files: { id: string; named: NamedFile[] } | null
  /** Asks a person; `null` without. */
  gate: { id: string; sentences: GateSentence[]; when: string | null } | null
}
