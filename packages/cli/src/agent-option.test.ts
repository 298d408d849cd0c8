import { describe, expect, it } from 'vitest'
import { agentRecord, defaultAgent, readAgentFlags, storedAgent } from './agent-option.ts'

const config = { agents: { claude: { command: 'claude -p' }, codex: { command: 'codex exec' } } }
const sources = { config, env: {} }

describe('readAgentFlags', () => {
  it('is nothing where nothing was asked for', () => {
    expect(readAgentFlags({}, sources)).toBeNull()
  })

  it('knows the configured agents, and echo', () => {
    expect(readAgentFlags({ agent: 'codex' }, sources)).toEqual({ name: 'codex', forAll: true })
    expect(readAgentFlags({ agent: 'echo' }, { config: {}, env: {} })).toEqual({ name: 'echo', forAll: true })
  })

  it.each([
    [{ agent: 'ecko' }, /no agent "ecko"/],
    [{ agentCommand: ' ' }, /empty/],
    [{ agent: 'echo', agentCommand: 'cat' }, /exclude each other/],
  ])('refuses %j', (flags, message) => {
    expect(() => readAgentFlags(flags, sources)).toThrow(message)
  })
})

describe('the default agent', () => {
  it.each([
    ['ION_AGENT', { config: { ...config, default_agent: 'claude' }, env: { ION_AGENT: 'codex' } }, 'codex'],
    ['default_agent', { config: { ...config, default_agent: 'claude' }, env: {} }, 'claude'],
    ['the only one', { config: { agents: { mine: { command: 'x' } } }, env: {} }, 'mine'],
  ])('is %s', (_what, given, name) => {
    expect(defaultAgent(given)).toEqual({ name, forAll: false })
  })

  it('is none of several', () => {
    expect(defaultAgent(sources)).toBeNull()
    expect(() => defaultAgent({ config, env: { ION_AGENT: 'nobody' } })).toThrow(
      /ION_AGENT: there is no agent/,
    )
  })
})

describe('the agent kept with a run', () => {
  it.each([{ agent: 'echo' }, { agent: 'claude' }, { agentCommand: 'claude -p' }])(
    'is read back as it was chosen: %j',
    (flags) => {
      const chosen = readAgentFlags(flags, sources)
      expect(chosen && storedAgent(agentRecord(chosen))).toEqual(chosen)
    },
  )

  it.each([undefined, null, 'claude', 7, {}, { command: 7 }, { name: 7 }])(
    'is none where another host kept %j',
    (record) => {
      expect(storedAgent(record)).toBeNull()
    },
  )
})
