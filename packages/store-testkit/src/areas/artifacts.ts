import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type ArtifactRecord, listArtifacts } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { nodeCompleted, nodeFailed } from '../sample-events.ts'
import { batch, startedRun } from '../sample-runs.ts'

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const file = (key: string, content = key): ArtifactRecord => ({
  ...{ key, mediaType: 'text/plain', size: Buffer.byteLength(content), sha256: sha256(content) },
  modifiedAt: '2031-01-01T00:00:00.000Z',
})

/** The files that nodes leave, which the log tells of. */
export const artifacts = casesOf('artifacts', {
  'an artifact comes back with the node, attempt and event that it is from': async ({ store, open }) => {
    const id = await startedRun(store)
    const given = [file('report.html'), file('a/ü \\ "x".txt'), { key: 'link', problem: 'it is a link' }]
    const { timestamp } = await store.appendEvents(
      id,
      batch(1, [nodeFailed('build', { attempt: 2, artifacts: given })]),
    )
    const origin = { nodeId: 'build', attempt: 2, sequence: 2, recordedAt: timestamp }
    const listed = given.map((each) => ({ ...each, ...origin })).sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const handle of [store, await open()]) assert.deepEqual(await listArtifacts(handle, id), listed)
  },

  'an artifact is listed as the last node left it': async ({ store }) => {
    const id = await startedRun(store)
    await store.appendEvents(id, batch(1, [nodeCompleted('a', { artifacts: [file('x', 'old'), file('y')] })]))
    await store.appendEvents(id, batch(2, [nodeCompleted('b', { artifacts: [file('x', 'new')] })]))
    const listed = await listArtifacts(store, id)
    assert.deepEqual(
      listed.map(({ key, nodeId, ...rest }) => [key, nodeId, rest.sha256]),
      [
        ['x', 'b', sha256('new')],
        ['y', 'a', sha256('y')],
      ],
    )
  },

  'artifacts that are too many for an event are listed from their blob': async ({ store, open }) => {
    const id = await startedRun(store)
    const many = Array.from({ length: 1_500 }, (_, index) => file(`files/${1_000 + index}`))
    const bytes = Buffer.from(JSON.stringify(many))
    const list = { ref: `artifacts/${sha256(bytes)}`, bytes: bytes.length, sha256: sha256(bytes) }
    const event = nodeCompleted('a', { artifacts: list })
    await store.appendEvents(id, batch(1, [event], { blobs: [{ ref: list.ref, bytes }] }))
    const listed = await listArtifacts(await open(), id)
    assert.deepEqual(
      listed.map(({ key }) => key),
      many.map(({ key }) => key),
    )
  },
})
