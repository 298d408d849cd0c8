import type { Faults } from './fault.ts'

/** Looking at a run while things happen to it. */
export const watchingFaults: Faults = {
  'hints at what this handle does alone': {
    breaks: 'watching: a store hints at events, signals and changed fields, whichever handle they come from',
    over: (store) => {
      const hints = new Set<() => void>()
      return {
        onChange(_, hint) {
          hints.add(hint)
          return () => void hints.delete(hint)
        },
        async appendEvents(id, append, options) {
          const appended = await store.appendEvents(id, append, options)
          for (const hint of hints) hint()
          return appended
        },
      }
    },
  },

  'goes on hinting at who has left': {
    breaks: 'watching: hints end when they are no longer wanted, and no run needs to be there for them',
    over: (store) => ({
      onChange(id, hint) {
        store.onChange(id, hint)
        return () => {}
      },
    }),
  },

  'skips the first event of a page in a log that has grown': {
    breaks:
      'watching: a watcher misses nothing of a log that grows while it looks, and is told nothing twice',
    over: (store) => ({
      async getWorkflowEvents(id, page, options) {
        const events = await store.getWorkflowEvents(id, page, options)
        return (page.after ?? 0) > 1 ? events.slice(1) : events
      },
    }),
  },
}
