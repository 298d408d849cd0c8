import { StoreChild } from './store-child.ts'

/** Children that no case uses at the moment: starting a process takes longer than most races. */
const idle: StoreChild[] = []

/** A child process that has no store open. */
export function takeChild(): StoreChild {
  return idle.pop() ?? new StoreChild()
}

/** Closes a child's store; the child waits for the next case, or is ended if it may be amid something. */
export async function giveBackChild(child: StoreChild): Promise<void> {
  if (await child.letGo()) idle.push(child)
}
