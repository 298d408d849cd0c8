import { describe, expect, it } from 'vitest'
import type { NodeView, Scope } from '../scope.ts'
import { UnresolvedReferenceError } from '../template/resolve-reference.ts'
import { type ConditionResult, evaluateCondition } from './evaluate-condition.ts'
import { parseCondition } from './parse-condition.ts'

const nodes: Record<string, Partial<NodeView>> = {
  a: { output: '{"n":12,"f":12.5,"yes":true,"none":null,"o":{"x":[1]},"t":"12.0","status":"odd"}' },
  text: { output: '3 apples' },
  failed: { status: 'failed', error: 'no', exitCode: 2 },
  skipped: { status: 'skipped', exitCode: null },
}

const scope: Scope = {
  variable: () => undefined,
  input: (name) => (name === 'count' ? 5 : undefined),
  node: (id) => {
    const node = nodes[id]
    return node && { status: 'completed', output: '', error: '', exitCode: 0, ...node }
  },
}

function evaluate(source: string): ConditionResult {
  const context = { nodeIds: new Set(Object.keys(nodes)), inputs: new Set(['count']) }
  const { condition } = parseCondition(source, context)
  if (condition === null) throw new Error(`malformed: ${source}`)
  return evaluateCondition(condition, scope)
}

describe('a condition holds', () => {
  it.each([
    ['$a.n == 12', true],
    ['$a.n == 12.0', false],
    ["$a.t == '12.0'", true],
    ['$a.yes == true', true],
    ["$a.yes == 'true'", true],
    ["$a.none == 'null'", true],
    ['$a.o == \'{"x":[1]}\'', true],
    ['$a.output.o.x[0] == 1', true],
    ["$a.n != '12'", false],
    ['$a.n >= 12', true],
    ['$a.n < 12.5', true],
    ['$a.f <= 12', false],
    ['$a.t > 9', true],
    ['$text.output > 2', true],
    ['$INPUTS.count > 4', true],
    ["$failed.status == 'failed'", true],
    ["$failed.error == 'no'", true],
    ['$failed.exit_code == 2', true],
    ["$skipped.output == ''", true],
    ["$a.status == 'completed'", true],
    ["$a.output.status == 'odd'", true],
    ['$a.n == 1 || $a.n == 12 && $a.yes == true', true],
    ['$a.n == 1 && $a.n == 12 || $a.yes == false', false],
  ])('%s: %s', (source, result) => {
    expect(evaluate(source).result).toBe(result)
  })
})

describe('the result of a condition', () => {
  it('has the comparisons that were looked at, with their values', () => {
    expect(evaluate("$a.n == 1 && $a.yes == true || $text.output == '3 apples' || $a.n == 2")).toEqual({
      result: true,
      comparisons: [
        { expression: '$a.n == 1', left: '12', operator: '==', right: '1', holds: false },
        {
          expression: "$text.output == '3 apples'",
          left: '3 apples',
          operator: '==',
          right: '3 apples',
          holds: true,
        },
      ],
    })
  })

  it('is false where a text is compared as a number, and says so', () => {
    expect(evaluate('$failed.error > 1 || $a.n == 12')).toMatchObject({
      result: false,
      problem: '`$failed.error > 1` compares numbers, and "no" is none.',
    })
  })

  it('is an error where a reference that is reached has no value', () => {
    expect(() => evaluate('$skipped.x == 1')).toThrow(UnresolvedReferenceError)
    expect(evaluate('$a.n == 12 || $skipped.x == 1').result).toBe(true)
  })
})
