import type { StoreAbilities } from '@ion/store'

/** A fresh and empty place for a store's data. */
export interface Place {
  /** What `openStore` is called with. */
  url: string
  /** Removes what was made; called once every handle is closed. */
  cleanup?(): Promise<void> | void
}

/**
 * An interface that a store may offer beside the contract: `Annotations`, `AnnotationImport` (with `Annotations`), `ChangeHints`, `EventFeed`,
 * `Logs`, `RunImport`.
 */
export type OptionalAbility =
  | 'annotations'
  | 'annotation import'
  | 'change hints'
  | 'feed'
  | 'imports'
  | 'logs'

/** A store to be put through the suite. */
export interface StoreSubject {
  /** How the store is called in the results. */
  name: string
  /**
   * Absolute URL of a module that exports `openStore(url, options)`. The suite opens several handles on the same data
   * through it, and child processes do.
   */
  module: string
  /** Makes a fresh and empty place: its URL, or with a `cleanup`. Called once a case. */
  url(): Promise<Place | string> | Place | string
  /** Options for `openStore`. They reach child processes by structured clone. */
  options?: unknown
  /** What the store declares. Cases that this excludes are skipped, by name. */
  abilities: StoreAbilities
  /** Which optional interfaces the store has; their areas are skipped for others. Default: none. */
  offers?: readonly OptionalAbility[]
  /**
   * Whose clock stamps records and judges leases: that of the process which makes the call, or one that all processes share,
   * as a database server's. Default `process`. The cases with owners whose clocks are wrong run only for `server`.
   */
  clock?: 'process' | 'server'
}

/** What a case asks of a store, or of the machine, beyond the contract. */
export type Need =
  | 'several processes'
  | 'POSIX signals'
  | 'a limit of at most 32 MiB an event'
  | 'a clock that processes share'
  | OptionalAbility

const needs: Record<Need, (subject: StoreSubject) => boolean> = {
  'several processes': ({ abilities }) => abilities.processes === 'many',
  'POSIX signals': () => process.platform !== 'win32',
  'a limit of at most 32 MiB an event': ({ abilities }) => abilities.maxEventBytes <= 32 * 1024 * 1024,
  'a clock that processes share': ({ clock }) => clock === 'server',
  feed: ({ offers = [] }) => offers.includes('feed'),
  imports: ({ offers = [] }) => offers.includes('imports'),
  annotations: ({ offers = [] }) => offers.includes('annotations'),
  logs: ({ offers = [] }) => offers.includes('logs'),
  'annotation import': ({ offers = [] }) => offers.includes('annotation import'),
  'change hints': ({ offers = [] }) => offers.includes('change hints'),
}

/** The needs that a subject doesn't meet. */
export function unmetNeeds(subject: StoreSubject, wanted: readonly Need[]): Need[] {
  return wanted.filter((need) => !needs[need](subject))
}
