import { PGlite } from '@electric-sql/pglite'
import {
  type Append,
  type ClaimAppend,
  claimState,
  currentOwner,
  guardAppend,
  guardClaimAppend,
  isStoreError,
  type NewEvent,
  type Owner,
  type RunHead,
  runStatuses,
} from '@ion/store'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { Kysely, PGliteDialect, SqliteDialect, sql } from 'kysely'
import { afterAll, describe, it } from 'vitest'
import { append, claim } from './append.ts'
import { KyselyStore } from './kysely-store.ts'
import { lookAtRun } from './look-at-run.ts'
import { SqlDatabase } from './sql-database.ts'

const past = '2000-01-01T00:00:00.000Z'
const future = '2100-01-01T00:00:00.000Z'
const here = currentOwner()
const owners: { [state: string]: Owner } = {
  alive: here,
  // No process has this id.
  dead: { ...here, id: 'dead', pid: 2 ** 22 + 1, processStart: here.processStart && '1' },
  elsewhere: { ...here, id: 'elsewhere', host: 'far-away' },
}

const error = { code: 'exit', message: 'boom' }
const signal = fc.constantFrom(undefined, 1, 2, 3, 1e300)

function taking(taken: number | undefined) {
  return taken === undefined ? {} : { signal: taken }
}

const event: fc.Arbitrary<NewEvent> = fc.oneof(
  signal.map((taken): NewEvent => ({ type: 'workflow_started', payload: taking(taken) })),
  fc.constant<NewEvent>({ type: 'workflow_completed', payload: {} }),
  fc.constant<NewEvent>({ type: 'workflow_failed', payload: { error: { ...error, message: 'again' } } }),
  signal.map((taken): NewEvent => ({ type: 'workflow_cancelled', payload: taking(taken) })),
  fc.constant<NewEvent>({ type: 'node_started', nodeId: 'a', payload: {} }),
  signal.map(
    (taken): NewEvent => ({
      type: 'node_completed',
      nodeId: 'a',
      payload: { output: 'x', ...taking(taken) },
    }),
  ),
  fc.constant<NewEvent>({ type: 'node_skipped', nodeId: 'a', payload: { reason: { rule: 'when' } } }),
)

/** A head as appends leave it behind: who does not run is held by nobody. */
const head: fc.Arbitrary<RunHead> = fc
  .record({
    status: fc.constantFrom(...runStatuses),
    lastSequence: fc.nat(3),
    lastSignal: fc.nat(3),
    held: fc.option(
      fc.record({
        owner: fc.constantFrom(...Object.values(owners)),
        expiresAt: fc.constantFrom(past, future),
      }),
    ),
    error: fc.constantFrom(null, error),
    wakeAt: fc.constantFrom(null, future),
    startedAt: fc.constantFrom(null, past),
    finishedAt: fc.constantFrom(null, past),
  })
  .map(({ held, ...rest }) => ({
    ...rest,
    claim: held && rest.status === 'running' ? { token: 'token', number: 3, ...held } : null,
    updatedAt: past,
  }))

const patch = fc.record(
  { status: fc.constantFrom(...runStatuses), wakeAt: fc.constantFrom(null, past) },
  { requiredKeys: [] },
)

const step = fc.record({
  head,
  ahead: fc.constantFrom(0, 0, 0, 0, 1, -1, 0.5),
  token: fc.constantFrom(undefined, 'token', 'other'),
  seen: fc.constantFrom(undefined, 0, 0, 0, 1, -1, 0.5),
  events: fc.array(event, { maxLength: 4 }),
  run: fc.option(patch, { nil: undefined }),
  release: fc.constantFrom(undefined, false, true),
})

/** The store's own rules, and what they make of a run. */
function byTheRules(before: RunHead, given: Append, kind: 'append' | 'claim', now: string) {
  const state = before.claim ? claimState(before.claim, now) : 'expired'
  try {
    if (kind === 'append') return seen(guardAppend(before, given, now, state), now)
    if (state === 'live') return 'held'
    const after = guardClaimAppend(before, given, now)
    return seen({ ...after, claim: { token: '', number: 4, owner: here, expiresAt: future } }, now)
  } catch (refusal) {
    if (isStoreError(refusal)) return refusal.code
    throw refusal
  }
}

/** What there is to compare of a run: times of now by that name, a claim by its number. */
function seen({ claim: held, updatedAt, startedAt, finishedAt, ...rest }: RunHead, now: string) {
  const time = (at: string | null) => (at === now ? 'now' : at)
  const times = { updatedAt: time(updatedAt), startedAt: time(startedAt), finishedAt: time(finishedAt) }
  return { ...rest, ...times, claim: held?.number ?? null }
}

async function inTheDatabase(
  database: SqlDatabase,
  before: RunHead,
  given: Append,
  kind: 'append' | 'claim',
) {
  const id = await makeRun(database, before)
  try {
    const landed =
      kind === 'append'
        ? await append(database, id, given)
        : await claim(database, id, { grant: { owner: here, ttlMs: 1e9 }, append: given })
    const { head: after } = await lookAtRun(database, id, '')
    return landed ? seen(after, landed.timestamp) : 'held'
  } catch (refusal) {
    const { head: after } = await lookAtRun(database, id, '')
    if (JSON.stringify(seen(after, '')) !== JSON.stringify(seen(before, ''))) return 'refused with an effect'
    if (isStoreError(refusal)) return refusal.code
    throw refusal
  }
}

let runs = 0

async function makeRun({ db }: SqlDatabase, { claim: held, ...rest }: RunHead): Promise<string> {
  const id = `run-${++runs}`
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
  await sql`
    insert into workflow_runs (id, workflow_name, user_message, priority, creation_digest, created_at, status, last_sequence,
      last_signal, error, wake_at, started_at, finished_at, updated_at, claim_number, claim_token, claim_owner, claim_expires_at)
    values (${id}, 'w', '', 0, '', ${past}, ${rest.status}, ${rest.lastSequence}, ${rest.lastSignal}, ${json(rest.error)},
      ${rest.wakeAt}, ${rest.startedAt}, ${rest.finishedAt}, ${rest.updatedAt}, 3, ${held?.token ?? null},
      ${json(held?.owner ?? null)}, ${held?.expiresAt ?? null})`.execute(db)
  return id
}

const databases = {
  sqlite: () => new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(':memory:') }) }),
  postgres: () => new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: new PGlite() }) }),
}

describe.each(['sqlite', 'postgres'] as const)('the fence in %s', (flavor) => {
  const db = databases[flavor]()
  afterAll(() => db.destroy())
  const numRuns = (flavor === 'sqlite' ? 150 : 50) * (process.env.ION_LONG ? 60 : 1)

  it.each(['append', 'claim'] as const)(
    'lets through what the rules of every %s let through, and makes the same of it',
    async (kind) => {
      await new KyselyStore({ db, flavor }).ready()
      const database = new SqlDatabase({ db, flavor })
      await fc.assert(
        fc.asyncProperty(
          step,
          async ({ head: before, ahead, token, seen: signals, events, run, release }) => {
            const plain: ClaimAppend = {
              commitId: 'c',
              expectedSequence: before.lastSequence + ahead,
              events,
              ...(run === undefined ? {} : { run }),
            }
            const given: Append =
              kind === 'claim'
                ? plain
                : {
                    ...plain,
                    ...(token === undefined ? {} : { claim: { token, number: 3, expiresAt: future } }),
                    ...(signals === undefined ? {} : { expectedSignal: before.lastSignal + signals }),
                    ...(release === undefined ? {} : { release }),
                  }
            const now = '2050-01-01T00:00:00.000Z'
            const wanted = byTheRules(before, given, kind, now)
            const actual = await inTheDatabase(database, before, given, kind)
            if (JSON.stringify(actual) === JSON.stringify(wanted)) return
            throw new Error(`the rules: ${JSON.stringify(wanted)}; the database: ${JSON.stringify(actual)}`)
          },
        ),
        { numRuns },
      )
    },
    120_000,
  )
})
