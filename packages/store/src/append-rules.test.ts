import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkAppendShape, guardAppend, type HeldClaim, type RunHead } from './append-rules.ts'
import type { Append } from './contract.ts'
import { isStoreError } from './errors.ts'
import type { NewEvent } from './event.ts'
import { type RunStatus, runStatuses, runTransitions } from './transitions.ts'

const now = '2031-01-01T00:00:00.000Z'
const later = '2031-01-01T00:01:00.000Z'
const earlier = '2030-12-31T23:59:00.000Z'

const held: HeldClaim = {
  token: 'right',
  number: 3,
  expiresAt: later,
  owner: { id: 'o', host: 'h', bootId: null, pidNamespace: null, pid: 7, processStart: null },
}

const headOf = (changes: Partial<RunHead> = {}): RunHead => ({
  status: 'running',
  lastSequence: 4,
  lastSignal: 2,
  claim: null,
  error: null,
  wakeAt: null,
  startedAt: earlier,
  finishedAt: null,
  updatedAt: earlier,
  ...changes,
})

const appendOf = (changes: Partial<Append> = {}): Append => ({
  commitId: 'c',
  expectedSequence: 4,
  events: [],
  ...changes,
})

const started: NewEvent = { type: 'workflow_started', payload: {} }
const completed: NewEvent = { type: 'workflow_completed', payload: {} }
const failed: NewEvent = { type: 'workflow_failed', payload: { error: { code: 'x', message: 'boom' } } }
const cancelled: NewEvent = { type: 'workflow_cancelled', payload: {} }
const node: NewEvent = { type: 'node_started', nodeId: 'a', payload: {} }

/** What became of a guarded append: the head after it, or the code of the refusal. */
function outcome(head: RunHead, append: Append, state: 'live' | 'expired' | 'dead' = 'live') {
  try {
    return guardAppend(head, append, now, state)
  } catch (error) {
    if (isStoreError(error)) return error.code
    throw error
  }
}

describe('the shape of an append', () => {
  const abilities = { processes: 'one', hosts: 'one', maxEventBytes: 100 } as const

  it('names every fault at once', () => {
    const events: object[] = [
      { type: 'node_paused', nodeId: 'a', payload: {} },
      { type: 'node_started', payload: {} },
    ]
    const append = appendOf({
      commitId: '',
      events: events as NewEvent[],
      blobs: [{ ref: '..', bytes: new Uint8Array() }],
    })
    const check = () => checkAppendShape(append, abilities)
    expect(check).toThrow(/commitId: .*events\.0\.type: .*events\.1\.nodeId: .*blobs: "\.\."/)
  })

  it('allows blob names of segments that do not begin with a dot', () => {
    const check = (ref: string) =>
      checkAppendShape(appendOf({ blobs: [{ ref, bytes: new Uint8Array() }] }), abilities)
    for (const ref of ['a', 'a.b', 'a/b-c/D_1', '-']) expect(() => check(ref)).not.toThrow()
    for (const ref of ['', '/a', 'a/', 'a//b', '.a', 'a/.b', '..', 'a b', 'a\\b', 'a\n', 'x'.repeat(257)]) {
      expect(() => check(ref), ref).toThrow(/is no blob name/)
    }
  })

  it('measures an event in bytes of its JSON, without its blobs', () => {
    const fitting = {
      ...node,
      payload: { note: 'x'.repeat(100 - JSON.stringify({ ...node, payload: { note: '' } }).length) },
    }
    const blobs = [{ ref: 'large', bytes: new Uint8Array(1_000) }]
    expect(() => checkAppendShape(appendOf({ events: [fitting], blobs }), abilities)).not.toThrow()
    const over = { ...node, payload: { note: `${fitting.payload.note}x` } }
    expect(() => checkAppendShape(appendOf({ events: [fitting, over] }), abilities)).toThrow(
      expect.objectContaining({ code: 'too_large', details: { bytes: 101, maxEventBytes: 100 } }),
    )
  })
})

describe('the order of the rules', () => {
  const everythingWrong = appendOf({
    claim: { ...held, token: 'wrong' },
    expectedSequence: 1,
    expectedSignal: 0,
    events: [started, completed, node],
  })

  it.each([
    ['the claim', everythingWrong, 'lease_lost'],
    ['the sequence', { ...everythingWrong, claim: held }, 'conflict'],
    ['the transitions', { ...everythingWrong, claim: held, expectedSequence: 4 }, 'invalid_transition'],
    [
      'the last signal',
      { ...everythingWrong, claim: held, expectedSequence: 4, events: [completed] },
      'conflict',
    ],
  ] satisfies [string, Append, string][])('refuses by %s next', (_, append, code) => {
    expect(outcome(headOf({ claim: held }), append)).toBe(code)
  })
})

describe('the claim', () => {
  it('is needed while its holder is live, and not when the holder is gone', () => {
    const head = headOf({ claim: held })
    expect(outcome(head, appendOf({ events: [node] }), 'live')).toBe('lease_lost')
    expect(outcome(head, appendOf({ events: [node] }), 'dead')).toMatchObject({ lastSequence: 5 })
    expect(outcome(head, appendOf({ events: [node] }), 'expired')).toMatchObject({ lastSequence: 5 })
  })

  it('passes by its token alone', () => {
    const renewed = { token: 'right', number: 3, expiresAt: 'whatever' }
    expect(outcome(headOf({ claim: held }), appendOf({ claim: renewed }))).toMatchObject({ claim: held })
    expect(outcome(headOf(), appendOf({ claim: renewed }))).toBe('lease_lost')
  })

  it('never passes from the moment it expires', () => {
    const at = (expiresAt: string) =>
      outcome(headOf({ claim: { ...held, expiresAt } }), appendOf({ claim: held }))
    expect(at('2031-01-01T00:00:00.001Z')).toMatchObject({ lastSequence: 4 })
    expect(at(now)).toBe('lease_lost')
    expect(at(earlier)).toBe('lease_lost')
  })

  it('is not given away in an error', () => {
    try {
      guardAppend(headOf({ claim: held }), appendOf(), now, 'live')
      expect.unreachable()
    } catch (error) {
      expect(String(error)).toContain('process 7 on h')
      expect(JSON.stringify(error)).not.toContain('right')
    }
  })
})

const eventTo: Record<Exclude<RunStatus, 'pending' | 'paused'>, NewEvent> = {
  running: started,
  completed,
  failed,
  cancelled,
}

describe('transitions', () => {
  const pairs = runStatuses.flatMap((from) =>
    Object.entries(eventTo).map(([to, event]) => ({ from, to, event })),
  )

  it.each(pairs)('$from to $to by an event follows the table', ({ from, to, event }) => {
    const result = outcome(headOf({ status: from }), appendOf({ events: [event], expectedSignal: 2 }))
    const allowed = runTransitions[from].some((status) => status === to)
    if (allowed) expect(result).toMatchObject({ status: to, lastSequence: 5 })
    else expect(result).toBe('invalid_transition')
  })

  it.each(runStatuses)('%s to paused by the patch follows the table', (from) => {
    const result = outcome(
      headOf({ status: from }),
      appendOf({ run: { status: 'paused' }, expectedSignal: 2 }),
    )
    const allowed = from === 'paused' || runTransitions[from].includes('paused')
    if (allowed) expect(result).toMatchObject({ status: 'paused', lastSequence: 4 })
    else expect(result).toBe('invalid_transition')
  })

  it.each(runStatuses.filter((status) => status !== 'running'))('%s takes no node event', (status) => {
    expect(outcome(headOf({ status }), appendOf({ events: [node] }))).toBe('invalid_transition')
  })

  it('are walked event by event, as one after the other would be', () => {
    const events = fc.array(fc.constantFrom(started, completed, failed, cancelled, node), { maxLength: 8 })
    fc.assert(
      fc.property(fc.constantFrom(...runStatuses), events, (status, batch) => {
        const atOnce = outcome(headOf({ status }), appendOf({ events: batch, expectedSignal: 2 }))
        let head: RunHead | string = headOf({ status })
        for (const event of batch) {
          if (typeof head === 'string') break
          head = outcome(
            head,
            appendOf({ events: [event], expectedSequence: head.lastSequence, expectedSignal: 2 }),
          )
        }
        const ofState = (result: RunHead | string) =>
          typeof result === 'string'
            ? result
            : [result.status, result.lastSequence, result.error, result.finishedAt]
        expect(ofState(atOnce)).toEqual(ofState(head))
      }),
    )
  })

  it('refuse a patch that says another status than the events', () => {
    const append = appendOf({ events: [failed], run: { status: 'completed' }, expectedSignal: 2 })
    expect(outcome(headOf(), append)).toBe('invalid_record')
    expect(outcome(headOf(), { ...append, run: { status: 'failed' } })).toMatchObject({ status: 'failed' })
  })
})

describe('the last signal', () => {
  it.each([
    ['a pause', { run: { status: 'paused' } }],
    ['an end', { events: [completed] }],
    ['a release', { release: true }],
  ] as const)('must be named by %s', (_, changes) => {
    const append = appendOf({ ...changes, events: 'events' in changes ? [...changes.events] : [] })
    expect(outcome(headOf(), append)).toBe('invalid_record')
    expect(outcome(headOf(), { ...append, expectedSignal: 1 })).toBe('conflict')
    expect(outcome(headOf(), { ...append, expectedSignal: 2 })).not.toBeTypeOf('string')
  })

  it.each([
    ['ends again', 'failed', { events: [started, failed] }],
    ['pauses again', 'paused', { events: [started, node], run: { status: 'paused' } }],
  ] satisfies [string, RunStatus, Partial<Append>][])(
    'must be named by an append that starts a run and %s',
    (_, status, changes) => {
      const head = headOf({ status })
      expect(outcome(head, appendOf(changes))).toBe('invalid_record')
      expect(outcome(head, appendOf({ ...changes, expectedSignal: 1 }))).toBe('conflict')
      expect(outcome(head, appendOf({ ...changes, expectedSignal: 2 }))).toMatchObject({ status })
    },
  )

  it('is not asked of an append that goes on', () => {
    expect(outcome(headOf(), appendOf({ events: [started, node], expectedSignal: 0 }))).toMatchObject({
      lastSequence: 6,
    })
  })

  it('bounds the signals that an event can take', () => {
    const taking = (signal: number): NewEvent => ({
      type: 'node_completed',
      nodeId: 'a',
      payload: { signal },
    })
    expect(outcome(headOf(), appendOf({ events: [taking(2)] }))).toMatchObject({ lastSequence: 5 })
    expect(outcome(headOf(), appendOf({ events: [taking(3)] }))).toBe('invalid_record')
  })
})

describe('the head after an append', () => {
  it('keeps the claim of a run that goes on, and drops it with a release, a pause or an end', () => {
    const head = headOf({ claim: held })
    const append = (changes: Partial<Append>) =>
      outcome(head, appendOf({ claim: held, expectedSignal: 2, ...changes }))
    expect(append({ events: [node] })).toMatchObject({ claim: held })
    expect(append({ release: true })).toMatchObject({ claim: null, status: 'running' })
    expect(append({ run: { status: 'paused' } })).toMatchObject({ claim: null })
    expect(append({ events: [completed] })).toMatchObject({ claim: null, finishedAt: now })
  })

  it('says when a run ended last, also when it was started in the same append', () => {
    const ended = headOf({ status: 'failed', finishedAt: earlier })
    const again = appendOf({ events: [started, failed], expectedSignal: 2 })
    expect(outcome(ended, again)).toMatchObject({ finishedAt: now, error: { message: 'boom' } })
  })

  it('keeps the first start, and clears what the last end left', () => {
    const ended = headOf({
      status: 'failed',
      error: { code: 'x', message: 'x' },
      finishedAt: earlier,
      wakeAt: later,
    })
    expect(outcome(ended, appendOf({ events: [started] }))).toMatchObject({
      startedAt: earlier,
      finishedAt: null,
      error: null,
      wakeAt: null,
      updatedAt: now,
    })
  })

  it('sets wakeAt as the patch says, also with a start', () => {
    const head = headOf({ status: 'paused', wakeAt: earlier })
    expect(outcome(head, appendOf({ events: [started], run: { wakeAt: later } }))).toMatchObject({
      wakeAt: later,
    })
    expect(outcome(head, appendOf({ run: { wakeAt: null } }))).toMatchObject({ wakeAt: null })
    expect(outcome(head, appendOf())).toMatchObject({ wakeAt: earlier })
  })

  it('leaves the head before it as it was', () => {
    const head = headOf({ claim: held })
    const before = structuredClone(head)
    outcome(head, appendOf({ claim: held, events: [started, node, failed], expectedSignal: 2 }))
    expect(head).toEqual(before)
  })
})
