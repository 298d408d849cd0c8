import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type FaultName, faults } from './broken-stores.ts'
import { storeConformance } from './store-conformance.ts'
import type { StoreSubject } from './subject.ts'

/** What a broken store is told by the case that is meant to find it. */
async function verdict(fault: FaultName): Promise<string> {
  const subject: StoreSubject = {
    name: `a store that ${fault}`,
    module: new URL('./broken-stores.ts', import.meta.url).href,
    url: () => `memory:${randomUUID()}`,
    options: { fault },
    abilities: { processes: 'one', hosts: 'one', maxEventBytes: 1024 * 1024 },
  }
  const meant = storeConformance(subject).find(({ area, name }) => `${area}: ${name}` === meantFor[fault])
  if (!meant) return `there is no case ${meantFor[fault]}`
  return await meant.run().then(
    () => 'nothing is wrong',
    ({ message }: Error) => message,
  )
}

/** For each fault the promise that it breaks. */
const meantFor: Record<FaultName, string> = {
  'takes appends of writers who are behind':
    'events: a writer that does not know the last sequence is refused as conflict',
  'takes appends without the claim of a live holder':
    'claims: a run that is held takes appends with its claim and no others',
  'leaves a gap between sequences': 'events: sequences go on without gaps from append to append',
  'forgets commit ids': 'commits: the same append again gives the first result and has no second effect',
  'forgets commit ids once another append has landed':
    'commits: the same append again gives the first result after others have landed',
  'takes a commit id again with other content':
    'commits: the same commit id with other content is refused as conflict',
  'gives out what it keeps': 'handles: what a store gives out are copies',
  'lists runs oldest first': 'paging: runs are listed newest first, and by id where they are of one time',
  'lists runs by offset': 'paging: runs that are created between two pages move no other run',
  'drops a signal that comes while the run is held':
    'signals: a signal needs no claim, and reaches a run in whatever status',
  'ends runs past signals that their writer has not seen':
    'transitions: a run does not pause, end or let go while there is a signal its writer has not seen',
  'grants a run that is held':
    'claims: a run that somebody alive holds is granted to nobody, and the append has no effect',
  'takes a claim past its lease while nobody has taken over':
    'claims: a claim past its lease passes no more, even when nobody has taken over',
  'writes the first half of a batch on its own':
    'events: a batch whose last event is not possible lands not at all',
  'leaves the blobs of an append that it refused':
    'outputs: an append that is refused leaves neither a blob nor a changed one',
  'replaces characters that UTF-8 has not': 'odd data: any JSON value comes back from an event as it was',
  'loses metadata under __proto__': 'odd data: any JSON object comes back from inputs and metadata as it was',
}

describe('the suite finds a store that', () => {
  it.each(Object.keys(faults) as FaultName[])('%s', async (fault) => {
    const [area, name] = meantFor[fault].split(/: (.*)/s)
    expect(await verdict(fault)).toContain(
      `a store that ${fault} breaks a promise of the contract (${area}): ${name}`,
    )
  })
})
