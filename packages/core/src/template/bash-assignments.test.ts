import { describe, expect, it } from 'vitest'
import { bashAssignments, NulInVariableError } from './bash-assignments.ts'
import { runInBash } from './testing/run-in-bash.ts'

describe('assignments for bash', () => {
  it('are read by bash as the values are', () => {
    const values = ["it's", "'", '\\', '$(id) `id` $HOME', 'a\nb\n\n', '', '\u0001\u007f\u001b', '😀']
    const text = bashAssignments(values.map((value, index) => ({ variable: `v${index}`, value })))
    const print = values.map((_value, index) => `printf '%s|' "$v${index}"\n`).join('')
    expect(runInBash(text + print).stdout).toBe(values.map((value) => `${value}|`).join(''))
  })

  it('refuse a NUL character, and say of which reference', () => {
    const bindings = [{ variable: 'ION_REF_1', value: 'a\u0000b', reference: '$a.output' }]
    expect(() => bashAssignments(bindings)).toThrow(NulInVariableError)
    expect(() => bashAssignments(bindings)).toThrow('The value of `$a.output` has a NUL character')
  })
})
