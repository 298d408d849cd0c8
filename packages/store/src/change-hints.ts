/**
 * A store that can tell early that a run may have changed, whoever changed it. A hint is a reason to look, no more: it may come
 * for nothing, several may come as one, and where the system tells nothing none comes. So looking now and then remains the truth.
 */
export interface ChangeHints {
  /**
   * Calls `hint` soon after a change of the run's log or record can be seen, until the function that it gives back is called.
   * Throws nothing, also when there is no such run.
   */
  onChange(id: string, hint: () => void): () => void
}

/** Whether a store hints at changes. */
export function hasChangeHints<Store extends object>(store: Store): store is Store & ChangeHints {
  return 'onChange' in store && typeof store.onChange === 'function'
}
