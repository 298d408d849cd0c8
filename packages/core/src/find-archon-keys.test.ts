import { describe, expect, it } from 'vitest'
import { findArchonKeys } from './find-archon-keys.ts'

const brief = (text: string) =>
  findArchonKeys(text).map(
    ({ level, key, standing, positions }) =>
      `${level}.${key} ${standing} ${positions.map(({ line, column }) => `${line}:${column}`).join(' ')}`,
  )

describe('findArchonKeys', () => {
  it('says of each key what becomes of it, and where it stands', () => {
    const text = `name: ship
tags: [a]
model: large
nodes:
  - id: ask
    prompt: hi
    model: small
  - id: all
    include: other
    model: small
`
    expect(brief(text)).toEqual([
      'workflow.name done 1:1',
      'workflow.tags ignored 2:1',
      'workflow.model agent 3:1',
      'workflow.nodes done 4:1',
      'node.id done 5:5 8:5',
      'node.prompt done 6:5',
      'node.model agent 7:5 10:5',
      'node.include unsupported 9:5',
    ])
  })

  it('looks into what a key holds', () => {
    const text = `inputs: {who: {required: true}}
nodes:
  - loop_group:
      until: X
      nodes: [{approval: {on_reject: {prompt: x}, decisions: [{id: approve}]}}]
  - with: {a: {from: $x.output, if_skipped: 1}, b: 2}
`
    expect(findArchonKeys(text).map(({ level, key }) => `${level}.${key}`)).toEqual([
      'workflow.inputs',
      'input.required',
      'workflow.nodes',
      'node.loop_group',
      'loop_group.until',
      'loop_group.nodes',
      'node.approval',
      'approval.on_reject',
      'on_reject.prompt',
      'approval.decisions',
      'decisions.id',
      'node.with',
      'with.from',
      'with.if_skipped',
    ])
  })

  it('leaves out what only Ion has, what nobody knows, and what an object inherits', () => {
    expect(
      brief('max_parallel: 2\ncolour: red\nconstructor: 1\nnodes: [{toString: 1, allow_failure: true}]'),
    ).toEqual(['workflow.nodes done 4:1'])
  })

  it.each(['', '- 1', 'nodes: {a: [', 'nodes: x', 'nodes: &a [{loop_group: {nodes: *a}}]'])(
    'is content with any text: %j',
    (text) => {
      expect(Array.isArray(findArchonKeys(text))).toBe(true)
    },
  )
})
