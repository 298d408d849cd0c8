import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, isJson, type Json, jsonObjectSchema, jsonSchema } from './json.ts'

/** JSON values with hostile strings and keys. */
const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }).map((value) => value as Json)

const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)])

/** The same value with the members of every object in reverse order. */
function reversed(value: Json): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(reversed)
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  )
}

describe('isJson', () => {
  it('takes what JSON keeps', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(isJson(value)).toBe(true)
        expect(isJson(JSON.parse(JSON.stringify(value)))).toBe(true)
      }),
    )
  })

  it('refuses what JSON would drop or change, however deep it lies', () => {
    const lossy = [
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1n,
      () => 1,
      Symbol('s'),
      new Date(),
      new Map(),
    ]
    for (const value of [...lossy, /x/, new Uint8Array(1), Object(1), new (class Point {})()]) {
      expect(isJson(value)).toBe(false)
      expect(isJson({ deep: [{ x: value }] })).toBe(false)
    }
    const holes: unknown[] = []
    holes[1] = 'x'
    expect(isJson(holes)).toBe(false)
  })

  it('refuses cycles, and nesting deeper than 1,000 levels', () => {
    const cycle: unknown[] = []
    cycle.push({ cycle })
    expect(isJson(cycle)).toBe(false)
    expect(isJson(nested(1_000))).toBe(true)
    expect(isJson(nested(1_001))).toBe(false)
  })

  it('takes objects without a prototype, lone surrogates and a member called __proto__', () => {
    expect(isJson(Object.assign(Object.create(null), { a: 1 }))).toBe(true)
    expect(isJson(JSON.parse('{"__proto__": {"a": "\\ud800"}}'))).toBe(true)
  })
})

describe('the schemas', () => {
  it('hand on the very value, __proto__ and all', () => {
    const value: unknown = JSON.parse('{"__proto__": 1, "a": "\\u0000"}')
    expect(jsonSchema.parse(value)).toBe(value)
    expect(jsonObjectSchema.parse(value)).toBe(value)
  })

  it('tell objects from other values', () => {
    for (const value of [null, [], 'x', 1]) expect(jsonObjectSchema.safeParse(value).success).toBe(false)
  })
})

describe('canonicalJson', () => {
  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('is one text for equal values, whatever the order of members', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value))
      }),
    )
  })

  it('tells values apart that differ in type alone', () => {
    const texts = [1, '1', [1], { '0': 1 }, null, 'null', {}, [], '', [[]], [{}], false, 'false'].map(
      canonicalJson,
    )
    expect(new Set(texts).size).toBe(texts.length)
  })

  it('keeps a member called __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"y":1,"x":2}}'))).toBe(
      '{"__proto__":{"x":2,"y":1},"b":1}',
    )
  })
})
