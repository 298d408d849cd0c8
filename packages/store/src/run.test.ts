import { describe, expect, it } from 'vitest'
import type { ClaimView } from './claim.ts'
import { currentOwner } from './liveness.ts'
import { derivedStatus, newRunSchema, runPatchSchema, storedDefinitionSchema } from './run.ts'
import { runStatuses } from './transitions.ts'

const claim = (state: ClaimView['state']): ClaimView => ({
  ...{ owner: currentOwner(), number: 1, expiresAt: '2031-01-01T00:00:00.000Z', state },
})

const definition = { format: 'yaml', source: 'name: x', digest: 'ab'.repeat(32), path: null, files: {} }

describe('the derived status', () => {
  it('is interrupted for a running run that nobody alive holds', () => {
    expect(derivedStatus({ status: 'running', claim: claim('live') })).toBe('running')
    for (const gone of [null, claim('dead'), claim('expired')]) {
      expect(derivedStatus({ status: 'running', claim: gone })).toBe('interrupted')
    }
  })

  it.each(runStatuses.filter((status) => status !== 'running'))('is %s as stored', (status) => {
    expect(derivedStatus({ status, claim: null })).toBe(status)
  })
})

describe('the schema of a new run', () => {
  it('fills in the defaults', () => {
    expect(newRunSchema.parse({ id: 'r', workflowName: 'x', definition })).toEqual({
      ...{ id: 'r', workflowName: 'x', definition, userMessage: '', inputs: {}, metadata: {} },
      ...{ priority: 0, idempotencyKey: null, wakeAt: null },
    })
  })

  it('keeps a file called __proto__', () => {
    const files: unknown = JSON.parse('{"__proto__": "text", "a.sh": "x"}')
    const parsed = storedDefinitionSchema.parse({ ...definition, files })
    expect(JSON.stringify(parsed.files)).toBe('{"__proto__":"text","a.sh":"x"}')
  })

  it.each([[['a']], [{ a: 1 }], [null], ['a']])('refuses files that are no texts by name: %j', (files) => {
    expect(storedDefinitionSchema.safeParse({ ...definition, files }).success).toBe(false)
  })
})

describe('the schema of a patch', () => {
  it('takes an error only with a failed status', () => {
    const error = { code: 'x', message: 'x' }
    expect(runPatchSchema.safeParse({ status: 'failed', error }).success).toBe(true)
    expect(runPatchSchema.safeParse({ status: 'completed', error }).success).toBe(false)
    expect(runPatchSchema.safeParse({ error }).success).toBe(false)
  })

  it('takes times with milliseconds in UTC', () => {
    expect(runPatchSchema.safeParse({ wakeAt: '2031-01-01T00:00:00.000Z' }).success).toBe(true)
    for (const wakeAt of ['2031-01-01T00:00:00Z', '2031-01-01', '2031-02-30T00:00:00.000Z', 0]) {
      expect(runPatchSchema.safeParse({ wakeAt }).success).toBe(false)
    }
  })
})
