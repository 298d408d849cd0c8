import { describe, expect, it } from 'vitest'
import { compileJsonSchema } from './json-schema.ts'

describe('a schema', () => {
  it('that was compiled lately is not compiled again', () => {
    const schema = { type: 'object', required: ['a'] }
    expect(compileJsonSchema({ ...schema })).toBe(compileJsonSchema({ ...schema }))
    expect(compileJsonSchema({ ...schema, required: ['b'] })).not.toBe(compileJsonSchema(schema))
  })

  it('tells what each value breaks of it, one after another', () => {
    const compiled = compileJsonSchema({ type: 'number' })
    if (!('misses' in compiled)) throw new Error('no schema')
    expect(compiled.misses('seven')).toEqual([{ path: [], message: 'must be number' }])
    expect(compiled.misses(7)).toEqual([])
  })
})
