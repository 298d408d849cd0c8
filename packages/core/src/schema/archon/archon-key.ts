/** Where in a workflow of Archon a key stands. */
export type ArchonLevel =
  | 'workflow'
  | 'input'
  | 'evidence_policy'
  | 'worktree'
  | 'container'
  | 'node'
  | 'retry'
  | 'context'
  | 'with'
  | 'loop'
  | 'loop_group'
  | 'approval'
  | 'on_reject'
  | 'decisions'
  | 'fan_out'

/**
 * What becomes of a key: `done`: Ion does it; `agent`: it is handed to the agent untouched; `ignored`: it is ignored, with a
 * warning; `unsupported`: the workflow is refused, as it would do something else than it says.
 */
export type ArchonStanding = 'done' | 'agent' | 'ignored' | 'unsupported'

/** What becomes of a key, apart from where it stands. */
export interface ArchonAnswer {
  standing: ArchonStanding
  /** What differs, or what holds instead; empty where there is nothing to say. */
  note: string
  /** What holds where a key that is `unsupported` only says that its feature is off: then it is ignored. */
  whenOff?: string
  /** Whether the key makes a node what it is. */
  makesNode?: true
}

/** The keys of a level. */
export interface ArchonAnswers {
  readonly [key: string]: ArchonAnswer
}

/** A key that Ion does. */
export const done = (note = ''): ArchonAnswer => ({ standing: 'done', note })

/** A key that is the agent's. */
export const agent = (note = ''): ArchonAnswer => ({ standing: 'agent', note })

/** A key that means nothing to Ion. */
export const ignored = (note: string): ArchonAnswer => ({ standing: 'ignored', note })

/** A key whose feature Ion does not have. */
export const unsupported = (
  note: string,
  more: Pick<ArchonAnswer, 'whenOff' | 'makesNode'> = {},
): ArchonAnswer => ({ standing: 'unsupported', note, ...more })
