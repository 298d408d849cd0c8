import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScriptLanguage } from './script-template.ts'
import { hostileMegabyte, hostileText } from './testing/hostile-values.test-support.ts'
import { evaluate, render } from './testing/run-script.ts'
import { bytesShapes, javaScriptShapes, pythonShapes, type Shape } from './testing/script-shapes.ts'

/** Runs every shape with every value in one program, and compares what comes out. */
function check(shapes: Shape[], values: string[], language: ScriptLanguage): void {
  const cases = values.flatMap((value) =>
    shapes.map(([expression, text]) => ({ expression, value, text: text(value) })),
  )
  const results = evaluate(
    cases.map(({ expression, value }) => render(expression, language, value)),
    language,
  )
  const wrong = cases.flatMap(({ expression, value, text }, index) =>
    results[index] === text ? [] : [{ expression, value, text, result: results[index] }],
  )
  expect(wrong.slice(0, 3)).toEqual([])
}

const texts = fc.array(hostileText, { minLength: 1, maxLength: 20 })
const wellFormed = texts.map((values) => values.map((value) => value.replace(/\p{Surrogate}/gu, '?')))

describe('whatever the value, every place in a script gets it unchanged', () => {
  it('in JavaScript', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(texts, (values) => check(javaScriptShapes, values, 'typescript')),
      { numRuns: 20 },
    )
  })

  it('in Python', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(texts, (values) => check(pythonShapes, values, 'python')),
      { numRuns: 20 },
    )
  })

  it('in bytes of Python', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(wellFormed, (values) => check(bytesShapes, values, 'python')),
      { numRuns: 20 },
    )
  })
})

/** The short form takes every fourth: with so much in it, each shape is a program of its own. */
const chosen = (shapes: Shape[]) => shapes.filter((_, index) => process.env.ION_LONG || index % 4 === 0)

describe('a value of a megabyte', () => {
  it.each(chosen(javaScriptShapes.filter(([expression]) => !expression.startsWith('(/^'))))(
    'in JavaScript: %s',
    { timeout: 60_000 },
    (...shape) => check([shape], [hostileMegabyte], 'typescript'),
  )

  it.each(['typescript', 'python'] as const)('in JSON, among the expressions of %s', (language) => {
    const value = { [hostileMegabyte.slice(0, 1000)]: [hostileMegabyte] }
    expect(evaluate([render('$a.output', language, JSON.stringify(value))], language)).toEqual([value])
  })

  it.each(chosen(pythonShapes))('in Python: %s', { timeout: 60_000 }, (...shape) =>
    check([shape], [hostileMegabyte], 'python'),
  )
})
