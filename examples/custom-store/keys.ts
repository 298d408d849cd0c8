const padded = (sequence: number) => String(sequence).padStart(16, '0')

/**
 * Where everything lies. LevelDB sorts by key: what belongs to a run stands together, numbers are padded to one length, and a
 * slash ends an id, which has none. A text that anyone may choose is written as JSON: two that differ never look the same.
 */
export const keys = {
  run: (id: string) => `run/${id}/record`,
  commit: (id: string, commitId: string) => `run/${id}/commit/${JSON.stringify(commitId)}`,
  event: (id: string, sequence: number) => `run/${id}/event/${padded(sequence)}`,
  signal: (id: string, sequence: number) => `run/${id}/signal/${padded(sequence)}`,
  signalId: (id: string, signalId: string) => `run/${id}/signal-id/${JSON.stringify(signalId)}`,
  blob: (id: string, ref: string) => `run/${id}/blob/${ref}`,
  listed: ({ createdAt, id }: { createdAt: string; id: string }) => `listed/${createdAt}/${id}`,
  /** Leads to the run that was created with a key; a run without one has its id instead. */
  created: ({ id, idempotencyKey: key }: { id: string; idempotencyKey: string | null }) =>
    `created/${JSON.stringify(key ?? { id })}`,
}

/** The range of all keys below a path: `0` is the character after the slash. */
export const below = (path: string) => ({ gt: `${path}/`, lt: `${path}0` })
