import { setTimeout as sleep } from 'node:timers/promises'

/** How long a killed group is waited for: the kernel needs a moment, and zombies of others may never go. */
const afterKillMs = 1_000

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal)
    return true
  } catch {
    return false
  }
}

async function isGone(group: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  for (let pause = 5; signalGroup(group, 0); pause = Math.min(pause * 2, 50)) {
    if (performance.now() >= deadline) return false
    await sleep(pause)
  }
  return true
}

/**
 * Ends every process of a group: SIGTERM, and SIGKILL for what is left after `killAfterMs`. Resolves when they are gone.
 */
export async function endProcessGroup(group: number, killAfterMs: number): Promise<void> {
  if (!signalGroup(group, 'SIGTERM')) return
  // A stopped process acts on SIGTERM only once it goes on.
  signalGroup(group, 'SIGCONT')
  if (await isGone(group, killAfterMs)) return
  signalGroup(group, 'SIGKILL')
  await isGone(group, afterKillMs)
}
