import {
  type CallOptions,
  composeStore,
  type IWorkflowStore,
  type StorePrimitives,
  UnavailableError,
} from '@ion/store'
import { Dice } from './dice.ts'

/**
 * What becomes of a call on a medium that loses answers: it goes as it should; it is lost on its way there; its answer is
 * lost on the way back; or its answer is lost while it is still under way, so that a repeat overlaps with it.
 */
export type Fate = 'as it should' | 'lost before' | 'lost after' | 'lost meanwhile'

/** How calls fare. */
export interface LosingOptions {
  /** Chooses the fate of each call. Default: by chance, the same for the same seed; about two of five are lost. */
  fate?: () => Fate
  /** For the default choice. Default 1. */
  seed?: number
}

/**
 * A handle on a store over a medium that loses calls and answers: writes reject as `unavailable` with an `unknown`
 * outcome, whether they have landed or not, and reads as `unavailable` with `none`. For tests of whoever uses a store.
 *
 * @example
 * const store = withUnknownOutcomes(new MemoryStore(), { seed: 7 })
 */
export function withUnknownOutcomes(
  store: IWorkflowStore,
  { fate, seed = 1 }: LosingOptions = {},
): IWorkflowStore {
  const dice = new Dice(seed)
  const byChance = () => dice.pick<Fate>('as it should', 'as it should', 'as it should', ...lost)
  const losing = new LosingMedium(fate ?? byChance)
  return composeStore(eachCall(store, (call, kind) => losing.carry(call, kind)))
}

const lost = ['lost before', 'lost after', 'lost meanwhile'] as const satisfies Fate[]

class LosingMedium {
  readonly #fate: () => Fate
  #underWay: Promise<unknown> | undefined

  constructor(fate: () => Fate) {
    this.#fate = fate
  }

  async carry<Value>(call: () => Promise<Value>, kind: 'read' | 'write'): Promise<Value> {
    const outcome = kind === 'read' ? 'none' : 'unknown'
    const fate = this.#fate()
    switch (fate) {
      case 'lost before':
        break
      case 'lost after':
        await Promise.allSettled([call()])
        break
      case 'lost meanwhile':
        this.#underWay = Promise.allSettled([this.#underWay, call()])
        break
      case 'as it should':
        try {
          return await call()
        } finally {
          // What was lost on its way has arrived by now, so that it can't come after later calls.
          await this.#underWay
        }
    }
    throw new UnavailableError(`the answer was lost (${fate})`, outcome)
  }
}

/** A handle that makes every call again for as long as its outcome is not known. For tests. */
export function insisting(store: IWorkflowStore): IWorkflowStore {
  return composeStore(eachCall(store, insist))
}

const enough = 1_000

async function insist<Value>(call: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof UnavailableError) || tries === enough) throw error
    }
  }
}

type Carry = <Value>(call: () => Promise<Value>, kind: 'read' | 'write') => Promise<Value>

/** The primitives of a store, each call of which goes through `carry`. */
function eachCall(store: IWorkflowStore, carry: Carry): StorePrimitives {
  return {
    abilities: store.abilities,
    createWorkflowRun: (...args) => carry(() => store.createWorkflowRun(...args), 'write'),
    getWorkflowRun: (...args) => carry(() => store.getWorkflowRun(...args), 'read'),
    updateRunFields: (id, fields, options?: CallOptions) =>
      carry(() => store.updateWorkflowRun(id, fields, options), 'write'),
    listWorkflowRuns: (...args) => carry(() => store.listWorkflowRuns(...args), 'read'),
    deleteWorkflowRun: (...args) => carry(() => store.deleteWorkflowRun(...args), 'write'),
    appendEvents: (...args) => carry(() => store.appendEvents(...args), 'write'),
    getWorkflowEvents: (...args) => carry(() => store.getWorkflowEvents(...args), 'read'),
    readBlob: (...args) => carry(() => store.readBlob(...args), 'read'),
    claimWorkflowRun: (...args) => carry(() => store.claimWorkflowRun(...args), 'write'),
    renewClaim: (...args) => carry(() => store.renewClaim(...args), 'write'),
    sendSignal: (...args) => carry(() => store.sendSignal(...args), 'write'),
    getSignals: (...args) => carry(() => store.getSignals(...args), 'read'),
    close: () => store.close(),
  }
}
