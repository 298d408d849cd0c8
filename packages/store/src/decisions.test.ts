import { describe, expect, it } from 'vitest'
import type { Append } from './contract.ts'
import {
  decideAppend,
  decideClaim,
  decideCreation,
  decideRenewal,
  decideSignal,
  decideUpdate,
  guardDeletion,
} from './decisions.ts'
import { givenRun } from './given.ts'
import { currentOwner } from './liveness.ts'
import { createdRun, type StoredRun, summaryOf, viewRun } from './stored-run.ts'

const now = '2031-01-01T00:00:00.000Z'
const later = '2031-01-01T00:01:00.000Z'
const definition = { format: 'yaml', source: 'name: a', digest: '0'.repeat(64), path: null, files: {} }
const wanted = givenRun({ id: 'r1', workflowName: 'a', definition, idempotencyKey: 'k' })
const pending = createdRun(wanted, now)
const start: Append = {
  commitId: 'start',
  expectedSequence: 0,
  events: [{ type: 'workflow_started', payload: {} }],
}
const grant = { owner: currentOwner(), ttlMs: 60_000 }
const cancel = { id: 's1', kind: 'cancel' } as const

/** A run that somebody holds until `later`, and the claim's token. */
function held() {
  const { result, landing } = decideClaim(pending, start, { first: undefined, grant, now })
  if (!result || !landing) throw new Error('nothing was granted')
  return { run: landing.run, claim: result.claim, commit: landing.commit }
}

describe('a creation', () => {
  it('is new where nothing has the id or the key', () => {
    expect(decideCreation(wanted, [undefined], now)).toEqual({ run: pending, isNew: true })
  })

  it('gives the run that was created from the same, also under another id of the same key', () => {
    for (const again of [wanted, { ...wanted, id: 'r2' }]) {
      expect(decideCreation(again, [pending, pending], later)).toEqual({ run: pending, isNew: false })
    }
  })

  it('is refused where other content, or a second run, has the id or the key', () => {
    const other = { ...wanted, userMessage: 'other' }
    expect(() => decideCreation(other, [pending], now)).toThrow(
      'idempotency key "k" exists with other content',
    )
    const keyless: StoredRun = createdRun({ ...other, idempotencyKey: null }, now)
    expect(() => decideCreation({ ...wanted, idempotencyKey: null }, [keyless], now)).toThrow('run r1 exists')
    const second = createdRun({ ...wanted, id: 'r2', idempotencyKey: null }, now)
    expect(() => decideCreation({ ...wanted, id: 'r2' }, [second, pending], now)).toThrow(
      expect.objectContaining({ code: 'already_exists', details: { id: 'r1' } }),
    )
  })
})

describe('an append', () => {
  it('says what is to be written: the run after it, its events in their places, and the commit', () => {
    const { result, landing } = decideAppend(pending, start, { first: undefined, now: later })
    expect(result).toEqual({ lastSequence: 1, lastSignal: 0, timestamp: later })
    expect(landing?.run).toMatchObject({ status: 'running', lastSequence: 1, startedAt: later })
    expect(landing?.events).toEqual([
      { ...start.events[0], runId: 'r1', sequence: 1, timestamp: later, commitId: 'start' },
    ])
    expect(landing?.commit.result).toEqual(result)
  })

  it('that comes again writes nothing, and is told what it was told first', () => {
    const first = decideAppend(pending, start, { first: undefined, now })
    if (!first.landing) throw new Error('it did not land')
    const { run, commit } = first.landing
    const again = decideAppend(run, start, { first: commit, now: later })
    expect(again).toEqual({ result: first.result, landing: null })
    const other = { ...start, events: [] }
    expect(() => decideAppend(run, other, { first: commit, now })).toThrow('made with other content')
  })

  it('replaces the definition where it brings another', () => {
    const changed = { ...definition, source: 'name: b' }
    const { landing } = decideAppend(
      pending,
      { ...start, run: { definition: changed } },
      { first: undefined, now },
    )
    expect([landing?.run.definition, landing?.run.creation]).toEqual([changed, pending.creation])
  })

  it('is refused while another holds the run', () => {
    const append = { ...start, commitId: 'b', expectedSequence: 1 }
    expect(() => decideAppend(held().run, append, { first: undefined, now })).toThrow(/is held by/)
  })
})

describe('a claim', () => {
  it('is granted with the next number, for as long as was asked', () => {
    const { run, claim } = held()
    expect([claim.number, claim.expiresAt, run.claims]).toEqual([1, later, 1])
    expect(run.claim).toEqual({ ...claim, owner: grant.owner })
  })

  it('is not granted while somebody alive holds the run', () => {
    const append = { ...start, commitId: 'b', expectedSequence: 1 }
    const decision = decideClaim(held().run, append, { first: undefined, grant, now })
    expect(decision).toEqual({ result: null, landing: null })
  })

  it('that comes again is the first grant, with the expiry that it has by now', () => {
    const { run, claim, commit } = held()
    const { run: renewed } = decideRenewal(run, claim, { ttlMs: 120_000, now })
    const { result } = decideClaim(renewed, start, { first: commit, grant, now })
    expect(result?.claim).toEqual({ ...claim, expiresAt: '2031-01-01T00:02:00.000Z' })
    expect(() => decideClaim(run, start, { first: commit, grant, now: later })).toThrow('has ended')
    const longer = { ...grant, ttlMs: 90_000 }
    expect(() => decideClaim(run, start, { first: commit, grant: longer, now })).toThrow('other content')
  })

  it('that has expired, or is another, can not be renewed', () => {
    const { run, claim } = held()
    expect(() => decideRenewal(run, claim, { ttlMs: 1, now: later })).toThrow('expired')
    expect(() => decideRenewal(run, { ...claim, token: 'x' }, { ttlMs: 1, now })).toThrow('not the current')
  })
})

describe('a signal', () => {
  it('gets the next number, and the same again is the first', () => {
    const { signal, run } = decideSignal(pending, cancel, { first: undefined, now })
    expect(signal).toEqual({ ...cancel, runId: 'r1', sequence: 1, sentAt: now, atEvent: 0 })
    expect(run?.lastSignal).toBe(1)
    expect(decideSignal(pending, cancel, { first: signal, now: later })).toEqual({ signal, run: null })
    const other = { ...cancel, by: 'ada' }
    expect(() => decideSignal(pending, other, { first: signal, now })).toThrow('sent with other content')
  })
})

describe('a run as it is stored', () => {
  it('shows its claim judged and without the token, and is short in a list', () => {
    const view = viewRun(held().run, now)
    expect(view.claim).toEqual({ owner: grant.owner, number: 1, expiresAt: later, state: 'live' })
    expect(view).not.toHaveProperty('creation')
    expect(
      Object.keys(view)
        .filter((key) => !(key in summaryOf(view)))
        .sort(),
    ).toEqual(['definition', 'inputs', 'metadata'])
  })

  it('changes in its fields alone', () => {
    const run = createdRun({ ...wanted, metadata: { a: 1, b: 2 } }, now)
    const updated = decideUpdate(run, { metadata: { b: null, c: 3 }, wakeAt: later }, later)
    expect(updated).toEqual({ ...run, metadata: { a: 1, c: 3 }, wakeAt: later, updatedAt: later })
    expect(decideUpdate(updated, { wakeAt: null, priority: 2 }, later)).toMatchObject({
      wakeAt: null,
      priority: 2,
    })
  })

  it('is not deleted while somebody alive holds it', () => {
    expect(() => guardDeletion(held().run, now)).toThrow('run r1 is held')
    guardDeletion(held().run, later)
    guardDeletion(pending, now)
    guardDeletion(pending, now, { expectedSequence: 0 })
    expect(() => guardDeletion(pending, now, { expectedSequence: 1 })).toThrow('is at sequence 0')
    expect(() => guardDeletion(held().run, now, { expectedSequence: 99 })).toThrow('is held')
  })
})
