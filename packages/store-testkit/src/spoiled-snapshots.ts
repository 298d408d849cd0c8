import type { RunSnapshot, WorkflowEvent, WorkflowSignal } from '@ion/store'
import { sampleBlob } from './imported-runs.ts'

/** Makes a snapshot a wrong one. */
type Spoil = (snapshot: RunSnapshot) => RunSnapshot | Promise<RunSnapshot>

/** What can be wrong with the snapshot of an eventful run. */
export const spoilings: { [what: string]: Spoil } = {
  'an event that is missing': withEvents((events) => events.filter(({ sequence }) => sequence !== 3)),
  'an event that is missing at the end': withEvents((events) => events.slice(0, -1)),
  'an event too many': withEvents((events) => [...events, ...events.slice(-1)]),
  'an event of another run': withEvents((events) => events.map((event) => ({ ...event, runId: 'other' }))),
  'events in another order': withEvents((events) => events.toReversed()),
  'an event without a time': withEvents((events) => events.map((event) => ({ ...event, timestamp: 'now' }))),
  'a ninth type of event': withEvents((events) =>
    events.map((event) => JSON.parse(JSON.stringify(event).replace('node_started', 'node_danced'))),
  ),
  'a signal that is missing': withSignals((signals) => signals.slice(1)),
  'a signal of another run': withSignals((signals) =>
    signals.map((signal) => ({ ...signal, runId: 'other' })),
  ),
  'a signal from after the log': withSignals((signals) =>
    signals.map((signal) => ({ ...signal, atEvent: 99 })),
  ),
  'two signals of one id': withSignals((signals) => signals.map((signal) => ({ ...signal, id: 'one' }))),
  'another status than the log has': withRun({ status: 'completed' }),
  'an error that the log has not': withRun({ error: { code: 'x', message: 'y' } }),
  'another start than the log has': withRun({ startedAt: '2001-01-01T00:00:00.000Z' }),
  'an end that the log has not': withRun({ finishedAt: '2001-01-01T00:00:00.000Z' }),
  'another last sequence': withRun({ lastSequence: 8 }),
  'a time that is none': withRun({ updatedAt: 'yesterday' }),
  'an id that is none': withRun({ id: '../elsewhere' }),
  'a blob that is missing': (snapshot) => ({ ...snapshot, blobs: [] }),
  'a blob that was altered': async (snapshot) => {
    const { output } = sampleBlob('a large output, or nearly')
    return { ...snapshot, blobs: [{ ref: output.ref, bytes: new Uint8Array(output.bytes) }] }
  },
  'a blob that no event names': (snapshot) => ({
    ...snapshot,
    blobs: [{ ref: 'outputs/other', bytes: new Uint8Array(1) }],
  }),
}

function withRun(changes: Partial<RunSnapshot['run']>): Spoil {
  return (snapshot) => ({ ...snapshot, run: { ...snapshot.run, ...changes } })
}

function withEvents(change: (events: WorkflowEvent[]) => WorkflowEvent[]): Spoil {
  return (snapshot) => {
    async function* events() {
      const all: WorkflowEvent[] = []
      for await (const event of snapshot.events) all.push(event)
      yield* change(all)
    }
    return { ...snapshot, events: events() }
  }
}

function withSignals(change: (signals: WorkflowSignal[]) => WorkflowSignal[]): Spoil {
  return async (snapshot) => {
    const all: WorkflowSignal[] = []
    for await (const signal of snapshot.signals) all.push(signal)
    return { ...snapshot, signals: change(all) }
  }
}
