import { setImmediate as nextTurn } from 'node:timers/promises'
import { hasEnded, InvalidTransitionError, isStoreError, type WorkflowSignal } from '@ion/store'
import type { Faults } from './fault.ts'

const comesBack = 'signals: a signal comes back with number, time, run and the place in the log'

/** Word from outside. */
export const signalFaults: Faults = {
  'drops a signal that comes while the run is held': {
    breaks: 'signals: a signal needs no claim, and reaches a run in whatever status',
    over: (store) => ({
      async sendSignal(id, signal, options) {
        const run = await store.getWorkflowRun(id, options)
        const sent = { ...signal, runId: id, sequence: 1, sentAt: run?.updatedAt ?? '', atEvent: 0 }
        return run?.claim?.state === 'live' ? sent : await store.sendSignal(id, signal, options)
      },
    }),
  },

  'refuses signals to runs that have ended': {
    breaks: 'signals: a signal needs no claim, and reaches a run in whatever status',
    over: (store) => ({
      async sendSignal(id, signal, options) {
        const run = await store.getWorkflowRun(id, options)
        if (run && hasEnded(run.status)) throw new InvalidTransitionError('the run has ended')
        return await store.sendSignal(id, signal, options)
      },
    }),
  },

  'ends runs past signals that their writer has not seen': {
    breaks:
      'transitions: a run does not pause, end or let go while there is a signal its writer has not seen',
    over: (store) => ({
      async appendEvents(id, append, options) {
        const { lastSignal = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
        return await store.appendEvents(id, { ...append, expectedSignal: lastSignal }, options)
      },
    }),
  },

  'does not ask who ends a run for the last signal': {
    breaks: 'transitions: an append that pauses, ends or releases must name the last signal',
    over: (store) => ({
      async appendEvents(id, append, options) {
        const { lastSignal = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
        return await store.appendEvents(id, { expectedSignal: lastSignal, ...append }, options)
      },
    }),
  },

  'counts a signal that is sent again as another': {
    breaks: 'signals: the same signal again gives the first one and has no second effect',
    over: (store) => {
      let sent = 0
      return {
        sendSignal: (id, signal, options) =>
          store.sendSignal(id, { ...signal, id: `${signal.id} ${++sent}` }, options).then((kept) => ({
            ...kept,
            id: signal.id,
          })),
        async getSignals(id, page, options) {
          const signals = await store.getSignals(id, page, options)
          return signals.map((signal) => ({ ...signal, id: signal.id.replace(/ \d+$/, '') }))
        },
      }
    },
  },

  'takes a signal id again with other content': {
    breaks: 'signals: the same signal id with other content is refused as conflict',
    over: (store) => ({
      async sendSignal(id, signal, options) {
        const kept = await store.getSignals(id, { limit: 1_000 }, options)
        const first = kept.find((sent) => sent.id === signal.id)
        return first ?? (await store.sendSignal(id, signal, options))
      },
    }),
  },

  'takes a signal id once for all runs': {
    breaks: 'signals: the same signal id on another run is another signal',
    over: (store) => {
      const all = new Map<string, WorkflowSignal>()
      return {
        async sendSignal(id, signal, options) {
          const sent = all.get(signal.id) ?? (await store.sendSignal(id, signal, options))
          all.set(signal.id, sent)
          return sent
        },
      }
    },
  },

  'numbers the signals of all runs together': {
    breaks: 'signals: signals are numbered 1, 2, 3 … per run',
    over: (store) => {
      let last = 0
      return {
        async sendSignal(id, signal, options) {
          return { ...(await store.sendSignal(id, signal, options)), sequence: ++last }
        },
      }
    },
  },

  'numbers signals before it stores them': {
    breaks: 'concurrency: signals that overlap are all kept, each with its own number',
    over: (store) => ({
      async sendSignal(id, signal, options) {
        const { lastSignal = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
        await nextTurn()
        return { ...(await store.sendSignal(id, signal, options)), sequence: lastSignal + 1 }
      },
    }),
  },

  'forgets who sent a signal': {
    breaks: comesBack,
    over: (store) => ({
      async getSignals(id, page, options) {
        const signals = await store.getSignals(id, page, options)
        return signals.map(({ by: _, ...signal }) => signal)
      },
    }),
  },

  'puts every signal at the beginning of the log': {
    breaks: comesBack,
    over: (store) => ({
      async sendSignal(id, signal, options) {
        return { ...(await store.sendSignal(id, signal, options)), atEvent: 0 }
      },
    }),
  },

  'says null where a signal says nothing': {
    breaks: 'signals: a signal without payload, gate and sender has none when it comes back',
    over: (store) => ({
      async getSignals(id, page, options) {
        const signals = await store.getSignals(id, page, options)
        return signals.map((signal) => ({ payload: null, ...signal }))
      },
    }),
  },

  'gives signals newest first': {
    breaks: 'paging: signals are paged by the number they come after',
    over: (store) => ({
      async getSignals(id, page, options) {
        return (await store.getSignals(id, page, options)).reverse()
      },
    }),
  },

  'takes events with signals that nobody sent': {
    breaks: 'events: an event can take a signal that was sent, and none that was not',
    over: (store) => ({
      async appendEvents(id, append, options) {
        try {
          return await store.appendEvents(id, append, options)
        } catch (error) {
          if (!isStoreError(error, 'invalid_record')) throw error
          return {
            lastSequence: append.expectedSequence + 1,
            lastSignal: 0,
            timestamp: new Date().toISOString(),
          }
        }
      },
    }),
  },

  'releases a run amid a signal': {
    breaks: 'concurrency: a signal is never missed: it is seen by the end of a run, or it comes after',
    over: (store) => ({
      async appendEvents(id, append, options) {
        if (append.expectedSignal === undefined) return await store.appendEvents(id, append, options)
        const { lastSignal = 0 } = (await store.getWorkflowRun(id, options)) ?? {}
        await nextTurn()
        const now = (await store.getWorkflowRun(id, options))?.lastSignal ?? 0
        const passes = lastSignal === append.expectedSignal
        const landed = await store.appendEvents(
          id,
          passes ? { ...append, expectedSignal: now } : append,
          options,
        )
        return { ...landed, lastSignal: now }
      },
    }),
  },
}
