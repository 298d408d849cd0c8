import { describe, expect, it } from 'vitest'
import { agentRecord, readAgentFlags, storedAgent } from './agent-option.ts'

describe('readAgentFlags', () => {
  it('is nothing where nothing was asked for', () => {
    expect(readAgentFlags({})).toBeNull()
  })

  it.each([
    [{ agent: 'ecko' }, /no agent "ecko"/],
    [{ agentCommand: ' ' }, /empty/],
    [{ agent: 'echo', agentCommand: 'cat' }, /exclude each other/],
  ])('refuses %j', (flags, message) => {
    expect(() => readAgentFlags(flags)).toThrow(message)
  })
})

describe('the agent kept with a run', () => {
  it.each([{ agent: 'echo' }, { agentCommand: 'claude -p' }])(
    'is read back as it was chosen: %j',
    (flags) => {
      const chosen = readAgentFlags(flags)
      expect(chosen && storedAgent(agentRecord(chosen))).toEqual(chosen)
    },
  )

  it.each([undefined, null, 'claude', 7, {}, { command: 7 }])(
    'is none where another host kept %j',
    (record) => {
      expect(storedAgent(record)).toBeNull()
    },
  )
})
