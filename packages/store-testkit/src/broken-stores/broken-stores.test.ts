import { AssertionError } from 'node:assert'
import { randomUUID } from 'node:crypto'
import { isStoreError } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { storeConformance } from '../store-conformance.ts'
import type { StoreSubject } from '../subject.ts'
import { type FaultGroup, faultGroups } from './faults.ts'

const enough = 8

function brokenStore(fault: string): StoreSubject {
  return {
    name: `a store that ${fault}`,
    module: new URL('./open-broken-store.ts', import.meta.url).href,
    url: () => `memory:${randomUUID()}`,
    options: { fault },
    abilities: { processes: 'one', hosts: 'one', maxEventBytes: 1024 * 1024 },
    offers: ['annotations', 'annotation import', 'change hints', 'feed', 'logs'],
  }
}

/** What a broken store is told by the case that is meant to find it. */
async function verdict(fault: string, meant: string): Promise<string> {
  const found = storeConformance(brokenStore(fault)).find(({ area, name }) => `${area}: ${name}` === meant)
  if (!found) return `there is no case ${meant}`
  try {
    await found.run()
    return 'nothing is wrong'
  } catch (error) {
    // Found by what the case asserts or by what the store says, and not by an accident in the case.
    expect(error instanceof AssertionError || isStoreError(error), String(error)).toBe(true)
    return error instanceof Error ? error.message : String(error)
  }
}

describe.each(Object.entries(faultGroups))('about %s', (_, { areas, faults }: FaultGroup) => {
  it(`at least ${enough} kinds of broken store are tried`, () => {
    expect(Object.keys(faults).length).toBeGreaterThanOrEqual(enough)
  })

  it.each(Object.keys(faults))('the suite names the promise that a store breaks that %s', async (fault) => {
    const { breaks = '' } = faults[fault] ?? {}
    const [area = '', promise] = breaks.split(/: (.*)/s)
    expect(areas).toContain(area)
    const message = `a store that ${fault} breaks a promise of the contract (${area}): ${promise}\n`
    expect(await verdict(fault, breaks)).toContain(message)
  })
})
