import { describe, expect, it } from 'vitest'
import { derived } from './derived.test-support.ts'

const parallel = `# T

## Steps

### 1. Look

Look.

### 2. Left

<!-- ion: parallel-with: 3, model: small, timeout: 90s, retry: 1 -->

Left.

### 3. Right

#### 3.1 Near

Near.

#### 3.2 Far

<!-- ion: model: large -->

Far.

### 4. Meet

Meet.
`

describe('steps that are done at the same time', () => {
  it('are branches, and the next step waits for all of them', () => {
    const { nodes } = derived(parallel)
    expect(nodes.map(({ id, dependsOn, triggerRule }) => [id, dependsOn, triggerRule])).toEqual([
      ['look', [], 'all_success'],
      ['left', ['look'], 'all_success'],
      ['right', ['look'], 'all_success'],
      ['meet', ['left', 'right'], 'all_success'],
    ])
  })

  it('know of each other, and not of each other’s results', () => {
    const { prompts } = derived(parallel)
    expect(prompts[1]).toContain('Others do at the same time: 3. Right\n')
    expect(prompts[2]).toContain('<look>')
    expect(prompts[2]).not.toContain('<left>')
    expect(prompts[3]).toContain('<left>')
    expect(prompts[3]).toContain('<right>')
  })

  it('are chains where each sub-step is a node', () => {
    const { nodes, prompts } = derived(parallel, { granularity: 'substep' })
    expect(nodes.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['look', []],
      ['left', ['look']],
      ['near', ['look']],
      ['far', ['near']],
      ['meet', ['left', 'far']],
    ])
    expect(prompts[3]).toContain('<near>')
    expect(prompts[3]).not.toContain('<left>')
  })
})

describe('settings of a step', () => {
  it('are those of its node', () => {
    const { nodes } = derived(parallel)
    expect(nodes[1]).toMatchObject({
      agent: { model: 'small' },
      timeoutMs: 90_000,
      retry: { maxAttempts: 1 },
    })
    expect(nodes[3]).toMatchObject({ agent: {}, timeoutMs: null, retry: { maxAttempts: 2 } })
  })

  it('of a sub-step hold where it is a node, and that they don’t is said elsewhere', () => {
    const apart = derived(parallel, { granularity: 'substep' })
    expect(apart.nodes[3]).toMatchObject({ id: 'far', agent: { model: 'large' } })
    expect(apart.notes).toEqual([])
    const whole = derived(parallel)
    expect(whole.notes.map(({ code, severity, range }) => [code, severity, range.start.line])).toEqual([
      ['ION4207', 'info', 21],
    ])
  })
})
