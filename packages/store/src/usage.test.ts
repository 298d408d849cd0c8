import { describe, expect, it } from 'vitest'
import { type RecordedUsage, recordedUsageSchema } from './event.ts'
import { addUsage, callsOf, emptyUsage } from './usage.ts'

function totalsOf(...events: RecordedUsage[][]) {
  const totals = emptyUsage()
  for (const usage of events) addUsage(totals, usage)
  return totals
}

const none = {
  calls: 1,
  failed: 0,
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  durationMs: 0,
  unknownTokens: 1,
  unknownCost: 1,
}

describe('what agents cost', () => {
  it('counts a call that says nothing of its cost, and that it says nothing', () => {
    const { models, ...sum } = totalsOf([{ call: { number: 1, durationMs: 5 } }])
    expect(sum).toEqual({ ...none, durationMs: 5 })
    expect([...models]).toEqual([['', { ...none, durationMs: 5 }]])
  })

  it('takes a cost of nothing for what it is', () => {
    expect(totalsOf([{ cost: 0, inputTokens: 0, call: { number: 1 } }])).toMatchObject({
      unknownCost: 0,
      unknownTokens: 0,
    })
  })

  it('counts a call once that several models answered, and in the row of each', () => {
    const call = { number: 1, durationMs: 100 }
    const totals = totalsOf([
      { model: 'big', outputTokens: 3, cost: 0.5, call },
      { model: 'small', outputTokens: 1, call },
      { model: 'big', cost: 0.25, call: { number: 2, durationMs: 10, error: 'timeout' } },
    ])
    expect(totals).toMatchObject({ calls: 2, failed: 1, outputTokens: 4, cost: 0.75, durationMs: 110 })
    expect(totals).toMatchObject({ unknownCost: 0, unknownTokens: 1 })
    expect(totals.models.get('big')).toMatchObject({ calls: 2, failed: 1, cost: 0.75, durationMs: 110 })
    expect(totals.models.get('small')).toMatchObject({ calls: 1, failed: 0, unknownCost: 1, durationMs: 100 })
  })

  it('counts for the model that was asked for where the agent names none', () => {
    const call = { number: 1, requestedModel: 'asked' }
    expect([...totalsOf([{ cost: 1, call }]).models.keys()]).toEqual(['asked'])
    expect([...totalsOf([{ cost: 1, model: 'answered', call }]).models.keys()]).toEqual(['answered'])
  })

  it('takes each entry of a log without calls for a call', () => {
    const old = [{ model: 'm', inputTokens: 1 }, { model: 'm' }]
    for (const entry of old) expect(recordedUsageSchema.parse(entry)).toEqual(entry)
    expect(callsOf(old)).toEqual([[old[0]], [old[1]]])
    expect(totalsOf(old, old)).toMatchObject({ calls: 4, inputTokens: 2 })
  })

  it('takes the first calls of two events for two', () => {
    expect(totalsOf([{ call: { number: 1 } }], [{ call: { number: 1 } }]).calls).toBe(2)
  })
})
