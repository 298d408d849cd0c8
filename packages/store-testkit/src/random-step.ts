import { randomUUID } from 'node:crypto'
import {
  type Append,
  type Claim,
  currentOwner,
  type IWorkflowStore,
  type NewEvent,
  type RunStatus,
  type WorkflowRun,
} from '@ion/store'
import type { Dice } from './dice.ts'
import {
  nodeCompleted,
  nodeFailed,
  nodeSkipped,
  nodeStarted,
  resumed,
  runCancelled,
  runCompleted,
  runFailed,
  runStarted,
} from './sample-events.ts'
import { batch, claimBatch, foreignOwner, longTtl, newRun } from './sample-runs.ts'

/** A store with the claims that it has granted, in order: each store has tokens of its own. */
export interface Side {
  store: IWorkflowStore
  claims: Claim[]
}

/** One call, to be made of two stores. */
export interface Step {
  /** The call in words. */
  what: string
  take(side: Side): Promise<unknown>
}

/** What has happened so far, by which the next step is chosen: mostly a sensible one, and sometimes not. */
export interface History {
  dice: Dice
  id: string
  run: WorkflowRun | null
  /** How many claims were granted. */
  claims: number
  /** Appends that were made, to be repeated. */
  appends: Step[]
}

/** Chooses the next call. */
export function randomStep(history: History): Step {
  const { dice, run } = history
  if (run === null && !dice.once(4)) return create(history)
  const often = [append, append, append, append, claim, claim, event] as const
  return dice.pick(...often, repeat, renew, signal, update, create, remove)(history)
}

function append(history: History): Step {
  const { dice, id, run } = history
  const claim = randomClaim(history)
  const patch = dice.pick<Append['run']>(
    undefined,
    undefined,
    undefined,
    { status: 'paused' },
    { wakeAt: null },
  )
  const expectedSignal = dice.once(6) ? dice.below(3) : (run?.lastSignal ?? 0)
  const chosen = batch(dice.once(6) ? dice.below(5) : (run?.lastSequence ?? 0), randomEvents(dice), {
    ...(dice.once(5) ? {} : { expectedSignal }),
    ...(patch ? { run: patch } : {}),
    ...(dice.once(6) ? { release: true } : {}),
  })
  const step: Step = {
    what: `append ${JSON.stringify(chosen)} with claim ${claim}`,
    take: ({ store, claims }) => store.appendEvents(id, { ...chosen, ...named(claims, claim) }),
  }
  history.appends.push(step)
  return step
}

function repeat(history: History): Step {
  const { dice, appends } = history
  return appends[dice.below(appends.length + 1)] ?? append(history)
}

function randomEvents(dice: Dice): NewEvent[] {
  return Array.from({ length: dice.below(4) }, () => {
    const node = dice.pick('a', 'b/1')
    const ends = dice.once(3) ? [runCompleted(), runFailed(), runCancelled()] : []
    const taking = nodeCompleted(node, { signal: 1 + dice.below(2) })
    const nodes = [nodeStarted(node), nodeCompleted(node), nodeFailed(node), nodeSkipped(node), taking]
    return dice.pick(runStarted(), resumed(), ...nodes, ...ends)
  })
}

/** Mostly the last claim of a run that is held, and none of one that is not. */
function randomClaim({ dice, run, claims }: History): number | undefined {
  if (claims > 0 && dice.once(6)) return dice.below(claims)
  return run?.claim && !dice.once(8) ? claims - 1 : undefined
}

function named(claims: Claim[], index: number | undefined): { claim?: Claim } {
  const claim = index === undefined ? undefined : claims[index]
  return claim ? { claim } : {}
}

function claim({ dice, id, run }: History): Step {
  const dead = { ...currentOwner(), pid: 2 ** 30 }
  const owner = dice.pick(currentOwner(), foreignOwner(), dead)
  const chosen = claimBatch(dice.once(6) ? dice.below(5) : (run?.lastSequence ?? 0))
  return {
    what: `claim as ${owner.host === 'far-away' ? 'another host' : `process ${owner.pid}`}`,
    take: async ({ store, claims }) => {
      const claimed = await store.claimWorkflowRun(id, owner, longTtl, chosen)
      if (claimed) claims.push(claimed.claim)
      return claimed
    },
  }
}

function renew(history: History): Step {
  const { id } = history
  const index = randomClaim(history)
  const none: Claim = { token: randomUUID(), number: 1, expiresAt: '2031-01-01T00:00:00.000Z' }
  return {
    what: `renew claim ${index}`,
    take: ({ store, claims }) => store.renewClaim(id, named(claims, index).claim ?? none, longTtl),
  }
}

function signal({ dice, id }: History): Step {
  const by = dice.pick('ann', 'ann', 'bob')
  const sent = { id: `signal ${dice.below(4)}`, kind: 'cancel', by } as const
  return { what: `send ${JSON.stringify(sent)}`, take: ({ store }) => store.sendSignal(id, sent) }
}

function update(history: History): Step {
  const { dice, id } = history
  const index = randomClaim(history)
  const status = dice.pick<RunStatus | undefined>(
    'running',
    'paused',
    'failed',
    'completed',
    undefined,
    undefined,
  )
  const metadata = { [dice.pick('a', '__proto__')]: dice.pick(1, null) }
  const patch = { metadata, priority: dice.below(3), ...(status ? { status } : {}) }
  return {
    what: `update ${JSON.stringify(patch)} with claim ${index}`,
    take: ({ store, claims }) => store.updateWorkflowRun(id, patch, named(claims, index)),
  }
}

function event(history: History): Step {
  const { dice, id } = history
  const index = randomClaim(history)
  const [chosen = resumed()] = randomEvents(dice)
  return {
    what: `create ${chosen.type} with claim ${index}`,
    take: ({ store, claims }) => store.createWorkflowEvent(id, chosen, named(claims, index)),
  }
}

function create({ dice, id }: History): Step {
  const run = newRun({ id, userMessage: dice.pick('', '', 'other') })
  return { what: `create the run: "${run.userMessage}"`, take: ({ store }) => store.createWorkflowRun(run) }
}

function remove({ id }: History): Step {
  return { what: 'delete the run', take: ({ store }) => store.deleteWorkflowRun(id) }
}
