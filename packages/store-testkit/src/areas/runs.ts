import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { isStoreError, type NewRun } from '@ion/store'
import { casesOf } from '../conformance-case.ts'
import { runStarted } from '../sample-events.ts'
import { batch, newRun, theRun } from '../sample-runs.ts'
import { assertRefused, assertTime } from '../store-assertions.ts'

const whole = (): NewRun => ({
  ...newRun(),
  definition: {
    ...newRun().definition,
    path: '/project/.ion/workflows/sample.yaml',
    files: { 'build.sh': 'make\n' },
  },
  userMessage: 'do it',
  inputs: { target: 'web', count: 3, deep: { list: [null, true] } },
  metadata: { team: 'a' },
  priority: -7,
  idempotencyKey: `key ${randomUUID()}`,
  wakeAt: '2031-02-03T04:05:06.007Z',
})

const otherContent: { [what: string]: (run: NewRun) => NewRun } = {
  'workflow name': (run) => ({ ...run, workflowName: 'other' }),
  'user message': (run) => ({ ...run, userMessage: 'other' }),
  inputs: (run) => ({ ...run, inputs: { target: 'other' } }),
  metadata: (run) => ({ ...run, metadata: {} }),
  priority: (run) => ({ ...run, priority: 8 }),
  'idempotency key': (run) => ({ ...run, idempotencyKey: `other ${randomUUID()}` }),
  wakeAt: (run) => ({ ...run, wakeAt: null }),
  definition: (run) => ({ ...run, definition: { ...run.definition, source: 'name: other\n' } }),
  files: (run) => ({ ...run, definition: { ...run.definition, files: {} } }),
}

const malformed: { [what: string]: object } = {
  'an id that leaves its folder': { id: '../out' },
  'an id with a slash': { id: 'a/b' },
  'an id that begins with a dot': { id: '.a' },
  'an empty id': { id: '' },
  'an id over 128 characters': { id: 'a'.repeat(129) },
  'no workflow name': { workflowName: '' },
  'a digest that is none': { definition: { ...newRun().definition, digest: 'x' } },
  'a fractional priority': { priority: 0.5 },
  'a wakeAt that is no time': { wakeAt: 'tomorrow' },
  'metadata that is no object': { metadata: [] },
  'inputs that are not JSON': { inputs: { when: new Date() } },
  'an unknown member': { colour: 'red' },
}

/** Creating runs and getting them. */
export const runs = casesOf('runs', {
  'a new run is pending, has an empty log and is held by nobody': async ({ store }) => {
    const { id, definition } = newRun()
    const run = await store.createWorkflowRun({ id, workflowName: 'sample', definition })
    assertTime(run.createdAt)
    assert.deepEqual(run, {
      ...{ id, workflowName: 'sample', definition, status: 'pending' },
      ...{ userMessage: '', inputs: {}, metadata: {}, priority: 0, idempotencyKey: null, wakeAt: null },
      ...{
        error: null,
        startedAt: null,
        finishedAt: null,
        createdAt: run.createdAt,
        updatedAt: run.updatedAt,
      },
      ...{ lastSequence: 0, lastSignal: 0, claim: null },
    })
    assert.deepEqual(await store.getWorkflowRun(id), run)
    assert.deepEqual(await store.getWorkflowEvents(id, { limit: 10 }), [])
    assert.deepEqual(await store.getSignals(id, { limit: 10 }), [])
  },

  'all that a run is created from comes back': async ({ store }) => {
    const created = whole()
    await store.createWorkflowRun(created)
    const run = await theRun(store, created.id)
    assert.deepEqual({ ...run, ...created }, run)
  },

  'there is no run but those that were created': async ({ store }) => {
    await store.createWorkflowRun(newRun())
    assert.equal(await store.getWorkflowRun(randomUUID()), null)
  },

  'the same id and content again gives the existing run': async ({ store }) => {
    const created = whole()
    const first = await store.createWorkflowRun(created)
    assert.deepEqual(await store.createWorkflowRun(created), first)
    const page = await store.listWorkflowRuns({}, { limit: 10 })
    assert.equal(page.items.length, 1)
  },

  'content is compared with what the run was created from, not with what became of it': async ({ store }) => {
    const created = whole()
    await store.createWorkflowRun(created)
    await store.updateWorkflowRun(created.id, { metadata: { team: 'b' }, priority: 3, wakeAt: null })
    const definition = { ...created.definition, source: 'name: edited\n' }
    await store.appendEvents(created.id, batch(0, [runStarted()], { run: { definition } }))
    const again = await store.createWorkflowRun(created)
    assert.deepEqual(again, await theRun(store, created.id))
    assert.equal(again.status, 'running')
    assert.deepEqual(again.metadata, { team: 'b' })
  },

  'a default that is spelled out is the same content': async ({ store }) => {
    const created = newRun()
    const first = await store.createWorkflowRun(created)
    const spelled = { userMessage: '', inputs: {}, metadata: {}, priority: 0, idempotencyKey: null }
    assert.deepEqual(await store.createWorkflowRun({ ...created, ...spelled, wakeAt: null }), first)
  },

  'the same id with other content is refused as already_exists': async ({ store }) => {
    const created = whole()
    const first = await store.createWorkflowRun(created)
    for (const [what, change] of Object.entries(otherContent)) {
      await assertRefused(store.createWorkflowRun(change(created)), 'already_exists', `another ${what}`)
    }
    assert.deepEqual(await store.getWorkflowRun(created.id), first)
  },

  'the same idempotency key and content gives the existing run, whatever id is asked for': async ({
    store,
  }) => {
    const created = whole()
    const first = await store.createWorkflowRun(created)
    const id = randomUUID()
    assert.deepEqual(await store.createWorkflowRun({ ...created, id }), first)
    assert.equal(await store.getWorkflowRun(id), null, 'a second run was made for one key')
  },

  'the same idempotency key with other content is refused as already_exists': async ({ store }) => {
    const created = whole()
    await store.createWorkflowRun(created)
    const id = randomUUID()
    const other = { ...created, id, userMessage: 'other' }
    await assertRefused(store.createWorkflowRun(other), 'already_exists')
    assert.equal(await store.getWorkflowRun(id), null)
    const refusal = await store.createWorkflowRun(other).catch((error: unknown) => error)
    assert.equal(
      isStoreError(refusal) && refusal.details.id,
      created.id,
      'the run that has the key is not named',
    )
  },

  'an id of one run with the idempotency key of another is refused as already_exists': async ({ store }) => {
    const created = whole()
    await store.createWorkflowRun(created)
    const other = { ...created, id: randomUUID(), idempotencyKey: null }
    await store.createWorkflowRun(other)
    await assertRefused(store.createWorkflowRun({ ...created, id: other.id }), 'already_exists')
  },

  'a malformed run is refused as invalid_record, and nothing is made': async ({ store }) => {
    for (const [what, change] of Object.entries(malformed)) {
      await assertRefused(store.createWorkflowRun({ ...newRun(), ...change }), 'invalid_record', what)
    }
    assert.deepEqual(await store.listWorkflowRuns({}, { limit: 10 }), { items: [], next: null })
  },

  'ids that differ only in case are different runs': async ({ store }) => {
    await store.createWorkflowRun(newRun({ id: 'Deploy', userMessage: 'upper' }))
    await store.createWorkflowRun(newRun({ id: 'deploy', userMessage: 'lower' }))
    assert.equal((await theRun(store, 'Deploy')).userMessage, 'upper')
    assert.equal((await theRun(store, 'deploy')).userMessage, 'lower')
  },

  'every id that the schema allows can be used': async ({ store }) => {
    const ids = ['a', '-', '_', '0', 'a.b', 'a..b', 'con', 'x.', '-rf', `L${'o'.repeat(126)}g`]
    for (const id of ids) await store.createWorkflowRun(newRun({ id }))
    for (const id of ids) {
      await store.createWorkflowEvent(id, runStarted())
      assert.equal((await theRun(store, id)).lastSequence, 1)
    }
  },
})
