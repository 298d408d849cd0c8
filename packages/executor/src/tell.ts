/** Calls a watcher. One that throws is no reason for a run to fail. */
export function tell(watcher: () => void): void {
  try {
    watcher()
  } catch {
    // Its own business.
  }
}
