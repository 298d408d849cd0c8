import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldUnit, type LogState, seenOf, stateOfCreation } from './log-fold.ts'
import { LogFault } from './log-lines.ts'
import type { AppendUnit, Unit } from './log-units.ts'

const at = '2030-01-01T00:00:00.000Z'
const mark = (id: string) => ({ id, index: 0, count: 1 })
const definition = { format: 'yaml', source: '', digest: '0'.repeat(64), path: null, files: {} }
const created = stateOfCreation({
  format: 1,
  commit: mark('creation'),
  at,
  created: {
    ...{ id: 'r', workflowName: 'w', definition, userMessage: '', inputs: {}, metadata: {} },
    ...{ priority: 0, idempotencyKey: null, wakeAt: null },
  },
})

/** An append by a writer who knows a state. */
function appendBy(known: LogState, more: Partial<AppendUnit['batch']> = {}, type?: 'start' | 'end'): Unit {
  const { head, commits } = known
  const sequence = head.lastSequence + 1
  const events: AppendUnit['events'] = []
  if (type === 'start') events.push({ sequence, type: 'workflow_started', payload: {} })
  else if (type === 'end') events.push({ sequence, type: 'workflow_completed', payload: {} })
  else events.push({ sequence, type: 'node_started', nodeId: 'a', payload: {} })
  const batch = { after: head.lastSequence, held: head.claim?.number ?? 0, ...more }
  return { commit: { id: `c${commits + 1}`, number: commits + 1 }, at, seen: seenOf(known), batch, events }
}

function signalBy(known: LogState): Unit {
  const { lastSignal } = known.head
  const signal = {
    sequence: lastSignal + 1,
    id: `s${lastSignal}`,
    kind: 'cancel' as const,
  }
  return { commit: mark('signal'), at, seen: seenOf(known), signal }
}

const fold = (state: LogState, unit: Unit) => foldUnit(state, { unit, start: 100, end: 200, badFrom: null })
const started = fold(created, appendBy(created, {}, 'start')).state

describe('the fold of a log', () => {
  it('counts the first of two commits with one number, and not the other', () => {
    const first = fold(started, appendBy(started))
    const late = fold(first.state, appendBy(started, {}, 'end'))
    expect([first.counts, late.counts]).toEqual([true, false])
    expect(late.state).toBe(first.state)
  })

  it('counts the first of two signals with one number, and not the other', () => {
    const first = fold(started, signalBy(started))
    expect(fold(first.state, signalBy(started)).counts).toBe(false)
    expect(fold(first.state, signalBy(first.state)).state.head.lastSignal).toBe(2)
  })

  it('voids an end that has not seen the last signal, and takes it once it has', () => {
    const end = appendBy(started, { expectedSignal: 0 }, 'end')
    const signalled = fold(started, signalBy(started)).state
    expect(fold(started, end).counts).toBe(true)
    expect(fold(signalled, end).counts).toBe(false)
    const informed = fold(signalled, appendBy(signalled, { expectedSignal: 1 }, 'end'))
    expect(informed.state.head.status).toBe('completed')
  })

  it('voids a commit that was written under another claim than the one in force', () => {
    const owner = { id: 'o', host: 'h', bootId: null, pidNamespace: null, pid: 1, processStart: null }
    const grant = { token: 't', number: 1, expiresAt: at, owner, ttlMs: 1 }
    const granted = fold(started, appendBy(started, { grant }, 'start')).state
    expect(granted.head.claim).toEqual({ token: 't', number: 1, expiresAt: at, owner })
    expect(fold(granted, appendBy(granted, { held: 0 })).counts).toBe(false)
    expect(fold(granted, appendBy(granted)).counts).toBe(true)
    const released = fold(granted, appendBy(granted, { release: true, expectedSignal: 0 })).state
    expect(released.head.claim).toBeNull()
  })

  it('counts nothing after a deletion', () => {
    const commit = { ...mark('deletion'), number: started.commits + 1 }
    const { state } = fold(started, { commit, at, seen: seenOf(started), deleted: true })
    expect(state.deleted).toBe(true)
    expect(fold(state, appendBy(state)).counts).toBe(false)
    expect(fold(state, signalBy(state)).counts).toBe(false)
  })

  it('merges updates in the order in which they landed', () => {
    const update = (metadata: object): Unit => {
      const text = JSON.stringify(metadata)
      return { commit: mark('u'), at, seen: seenOf(started), update: { metadata: JSON.parse(text) } }
    }
    const first = fold(started, update({ a: 1, b: 2 })).state
    const second = fold(first, update({ a: null, b: 3, c: { d: null } })).state
    expect(second.metadata).toEqual({ b: 3, c: { d: null } })
  })

  it.each([
    ['a commit', appendBy(fold(started, appendBy(started)).state)],
    ['a signal', appendBy(fold(started, signalBy(started)).state)],
  ])('finds that %s is gone which a later writer had seen', (_, informed) => {
    expect(() => fold(started, informed)).toThrow(LogFault)
  })

  it('comes to the same without the units that are void', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ known: fc.nat(), kind: fc.nat(3) }), { maxLength: 30 }), (steps) => {
        const states = [started]
        let state = started
        const counted: Unit[] = []
        for (const { known, kind } of steps) {
          // A writer who knows any state there has been, however old.
          const base = states[states.length - 1 - (known % Math.min(3, states.length))] ?? started
          const unit = unitBy(base, kind)
          const folded = fold(state, unit)
          if (folded.counts) counted.push(unit)
          state = folded.state
          states.push(state)
        }
        expect(counted.reduce((folded, unit) => fold(folded, unit).state, started)).toEqual(state)
      }),
    )
  })
})

function unitBy(known: LogState, kind: number): Unit {
  if (kind === 0) return signalBy(known)
  if (kind === 1) return { commit: mark('u'), at, seen: seenOf(known), update: { priority: known.commits } }
  return appendBy(known, { expectedSignal: known.head.lastSignal })
}
