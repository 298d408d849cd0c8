import { LeaseLostError, NotFoundError, type WorkflowEvent } from '@ion/store'
import { describe, expect, it } from 'vitest'
import { faultyFiles, type LogFaults, stopBeforeWrite } from './faulty-files.ts'
import {
  claimedRun,
  completed,
  freshFolder,
  openFolder,
  readOutputs,
  startedRun,
  takeOver,
} from './scenario.ts'

const sequences = (events: WorkflowEvent[]) => events.map(({ sequence }) => sequence)

describe('a writer stopped between its check and its write', () => {
  it('is fenced when its run was taken over meanwhile, and learns so', async () => {
    const folder = freshFolder()
    let time = Date.parse('2030-01-01T00:00:00.000Z')
    const clock = () => new Date(time)
    const faults: LogFaults = {}
    const sleeper = openFolder(folder, { files: faultyFiles(faults), clock })
    const heir = openFolder(folder, { clock })
    const claim = await claimedRun(sleeper, 1_000)
    const gate = stopBeforeWrite(faults)
    const append = { commitId: 'late', expectedSequence: 1, claim, events: [completed('late')] }
    const late = sleeper.appendEvents('r', append)
    await gate.reached
    time += 2_000
    const second = await takeOver(heir, 'r', 1)
    const next = { commitId: 'next', expectedSequence: 2, claim: second, events: [completed('heir')] }
    await heir.appendEvents('r', next)
    gate.open()
    await expect(late).rejects.toThrow(LeaseLostError)
    for (const store of [sleeper, heir, openFolder(folder)])
      expect(await readOutputs(store)).toEqual(['heir'])
    await expect(sleeper.renewClaim('r', claim, 1_000)).rejects.toThrow(LeaseLostError)
  })

  it('is told of the conflict when another commit came in between', async () => {
    const folder = freshFolder()
    const faults: LogFaults = {}
    const slow = openFolder(folder, { files: faultyFiles(faults) })
    const quick = openFolder(folder)
    await startedRun(slow)
    const gate = stopBeforeWrite(faults)
    const late = slow.appendEvents('r', {
      commitId: 'late',
      expectedSequence: 1,
      events: [completed('late')],
    })
    await gate.reached
    await quick.createWorkflowEvent('r', completed('quick'))
    gate.open()
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
    await slow.createWorkflowEvent('r', completed('again'))
    expect(await readOutputs(quick)).toEqual(['quick', 'again'])
    expect(sequences(await slow.getWorkflowEvents('r', { limit: 10 }))).toEqual([1, 2, 3])
  })

  it('is told when the same commit id was used for something else meanwhile', async () => {
    const folder = freshFolder()
    const faults: LogFaults = {}
    const slow = openFolder(folder, { files: faultyFiles(faults) })
    await startedRun(slow)
    const gate = stopBeforeWrite(faults)
    const commit = (output: string) => ({ commitId: 'c', expectedSequence: 1, events: [completed(output)] })
    const late = slow.appendEvents('r', commit('late'))
    await gate.reached
    const first = await openFolder(folder).appendEvents('r', commit('first'))
    gate.open()
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
    expect(await slow.appendEvents('r', commit('first'))).toEqual(first)
    expect(await readOutputs(slow)).toEqual(['first'])
  })

  it('does not end a run past a signal that it has not seen', async () => {
    const folder = freshFolder()
    const faults: LogFaults = {}
    const owner = openFolder(folder, { files: faultyFiles(faults) })
    const sender = openFolder(folder)
    const claim = await claimedRun(owner)
    const end = { events: [{ type: 'workflow_completed' as const, payload: {} }], expectedSequence: 1, claim }
    const gate = stopBeforeWrite(faults)
    const late = owner.appendEvents('r', { ...end, commitId: 'end', expectedSignal: 0 })
    await gate.reached
    await sender.sendSignal('r', { id: 's', kind: 'cancel' })
    gate.open()
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
    expect((await sender.getWorkflowRun('r'))?.status).toBe('running')
    await owner.appendEvents('r', { ...end, commitId: 'end 2', expectedSignal: 1 })
    expect((await sender.getWorkflowRun('r'))?.status).toBe('completed')
    const [, last] = await sender.getWorkflowEvents('r', { limit: 10 })
    expect(last).toMatchObject({ sequence: 2, commitId: 'end 2' })
  })

  it('goes on when what came in between leaves its own rules unbroken', async () => {
    const folder = freshFolder()
    const faults: LogFaults = {}
    const owner = openFolder(folder, { files: faultyFiles(faults) })
    const other = openFolder(folder)
    const claim = await claimedRun(owner)
    const gate = stopBeforeWrite(faults)
    const append = { commitId: 'c', expectedSequence: 1, claim, events: [completed('x')] }
    const appended = owner.appendEvents('r', append)
    await gate.reached
    await other.sendSignal('r', { id: 's', kind: 'cancel' })
    await other.updateWorkflowRun('r', { metadata: { seen: true } })
    gate.open()
    expect(await appended).toMatchObject({ lastSequence: 2, lastSignal: 1 })
    expect(await readOutputs(other)).toEqual(['x'])
  })

  it('finds no run when it was deleted meanwhile, also under a new run with the same id', async () => {
    const folder = freshFolder()
    const faults: LogFaults = {}
    const slow = openFolder(folder, { files: faultyFiles(faults) })
    const other = openFolder(folder)
    await startedRun(slow)
    const gate = stopBeforeWrite(faults)
    const late = slow.appendEvents('r', {
      commitId: 'late',
      expectedSequence: 1,
      events: [completed('late')],
    })
    await gate.reached
    await other.deleteWorkflowRun('r')
    gate.open()
    await expect(late).rejects.toThrow(NotFoundError)
    await startedRun(other)
    expect(await readOutputs(slow)).toEqual([])
    expect(sequences(await slow.getWorkflowEvents('r', { limit: 10 }))).toEqual([1])
  })

  it('is one of two who take over at once, and of these exactly one is granted', async () => {
    const folder = freshFolder()
    const faults: LogFaults = {}
    const slow = openFolder(folder, { files: faultyFiles(faults) })
    await startedRun(slow)
    const gate = stopBeforeWrite(faults)
    const late = takeOver(slow, 'r', 1)
    await gate.reached
    await takeOver(openFolder(folder), 'r', 1)
    gate.open()
    await expect(late).rejects.toThrow('run r is held')
  })
})
