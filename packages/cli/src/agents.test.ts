import { describe, expect, it } from 'vitest'
import { createAgents } from './agents.ts'

const config = { agents: { a: { prompt: () => 'a' }, b: { prompt: () => 'b' } } }

/** Who answers a node with this provider. */
async function answers(agents: ReturnType<typeof createAgents>, provider: string): Promise<unknown> {
  const request = {
    prompt: 'echo',
    runId: 'r',
    workflowName: 'w',
    nodeId: 'n',
    attempt: 1,
    agent: { provider },
    outputFormat: null,
    session: null,
    idempotencyKey: 'k',
  }
  const context = { signal: new AbortController().signal, cwd: '.', env: {}, write() {}, log() {} }
  return await agents.prompt?.(request, context)
}

describe('the agents of a run', () => {
  it('answer by the provider of the node, else by default', async () => {
    const agents = createAgents({ name: 'a', forAll: false }, config)
    expect(await answers(agents, 'b')).toBe('b')
    expect(await answers(agents, 'unknown')).toBe('a')
    expect(agents.answers({})).toBe(true)
    expect([{ provider: 'b' }, { provider: 'unknown' }, {}].map(agents.nameOf)).toEqual(['b', 'a', 'a'])
  })

  it('are one for all where one was asked for', async () => {
    expect(await answers(createAgents({ name: 'echo', forAll: true }, config), 'b')).toBe('echo')
    const agents = createAgents({ command: 'cat' }, config)
    expect(agents.nameOf({ provider: 'b' })).toBe('--agent-command')
  })

  it('leave unanswered what names no configured one, where there is no default', () => {
    const agents = createAgents(null, config)
    expect(agents.answers({ provider: 'a' })).toBe(true)
    expect(agents.answers({ provider: 'c' })).toBe(false)
    expect(agents.answers({})).toBe(false)
    expect(agents.nameOf({})).toBeUndefined()
    expect(createAgents(null, {}).prompt).toBeUndefined()
  })
})
