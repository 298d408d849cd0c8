import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scopeOf } from '../testing/run-in-bash.ts'
import { renderScript } from './render-script.ts'
import type { ScriptLanguage } from './script-template.ts'
import { ScriptValueError } from './script-value-error.ts'
import { hostileText } from './testing/hostile-values.test-support.ts'
import { evaluate, parse, render, runProgram } from './testing/run-script.ts'

const languages: ScriptLanguage[] = ['typescript', 'python']

/** JSON with hostile texts and keys, and whole numbers that JavaScript can hold. */
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, '__proto__'),
    hostileText,
    fc.maxSafeInteger(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((number) => (Number.isInteger(number) ? number % 1e15 || 0 : number)),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(hostileText, fc.constantFrom('__proto__', 'constructor', 'a')), tie('json'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
}))

describe.each(languages)('an output that is JSON, among the expressions of %s', (language) => {
  it('is its value', { timeout: 60_000 }, () => {
    const shapes = ['$a.output', '[$a.output][0]', '($a.output)']
    if (language === 'typescript') shapes.push('(() => $a.output)()', 'n ? $a.output : 0')
    else shapes.push('(lambda: $a.output)()', '{"x": $a.output}["x"]')
    fc.assert(
      fc.property(fc.array(json, { minLength: 1, maxLength: 20 }), (values) => {
        const outputs = values.map((value) => JSON.stringify(value))
        const expressions = outputs.flatMap((output) =>
          shapes.map((shape) => render(shape, language, output)),
        )
        const results = evaluate(expressions, language)
        const expected = outputs.flatMap((output) => shapes.map((): unknown => JSON.parse(output)))
        expect(results).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })

  it('may be indented, in a code fence, and have fields', () => {
    const output = '```json\n{\n  "list": [{"x": "it\'s"}],\r\n "n": -1.50, "b": true\n}\n```'
    const shapes = ['$a.output.list', '$a.output.list[0].x', '$a.output.n', '1 - $a.output.n', '$a.output.b']
    const values = evaluate(
      shapes.map((shape) => render(shape, language, output)),
      language,
    )
    expect(values).toEqual([[{ x: "it's" }], "it's", -1.5, 2.5, true])
  })

  it('is a text when it only looks like JSON', () => {
    const outputs = ['', ' ', '007', "{'a': 1}", 'True', 'undefined', '[1', 'NaN']
    const values = evaluate(
      outputs.map((output) => render('$a.output', language, output)),
      language,
    )
    expect(values).toEqual(outputs)
  })

  it('may be as deep as 100 levels, and no deeper', () => {
    const deep = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`
    expect(evaluate([render('$a.output', language, deep(100))], language)).toEqual([JSON.parse(deep(100))])
    expect(() => render('$a.output', language, deep(102))).toThrow(
      /`\$a.output` can't be written into the script: the value is nested deeper than 100 levels.*`with:`/,
    )
    expect(() => render('$a.output', language, deep(200_000))).toThrow(ScriptValueError)
  })

  it('leaves the lines of the script where they are', () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        const quotes = language === 'python' ? "'''\n$a.output\n'''" : '`\n$a.output\n`'
        const source = `x = $a.output\ny = ${quotes}\nz = "$a.output"\n`
        expect(render(source, language, value).split(/\r\n|[\n\r\u2028\u2029]/)).toHaveLength(6)
      }),
    )
  })
})

describe('a whole number with many digits', () => {
  const digits = '123456789012345678901234567890'

  it('is a text in JavaScript, which has no such number', () => {
    expect(render('[$a.output, $a.output.x]', 'typescript', `{"x":${digits}}`)).toBe(
      `[({"x":"${digits}"}), ("${digits}")]`,
    )
  })

  it('is a number in Python', () => {
    expect(render('[$a.output, $a.output.x]', 'python', `{"x":-${digits}}`)).toBe(
      `[({"x":-${digits}}), (-${digits})]`,
    )
    const million = '7'.repeat(100_000)
    const run = runProgram(
      `print($a.output % 1000)`.replace('$a.output', render('$a.output', 'python', million)),
      'python',
    )
    expect(run).toMatchObject({ stdout: '777\n', status: 0 })
  })
})

describe('a replacement field of Python', () => {
  it.each([
    [`f'{$a.output}'`, '{"a": [1, "it\'s", null]}', `{'a': [1, "it's", None]}`],
    [`f"{$a.output['a'][1]}"`, '{"a": [1, "it\'s \\"x\\"\\n", null]}', `it's "x"\n`],
    [`f'{$a.output:>5}'`, '-5', '   -5'],
    [`f'{$a.output!r}'`, 'x', "'x'"],
    [`f'{1 if $a.output else 2}'`, 'false', '2'],
  ])('%s', (shape, output, text) => {
    expect(evaluate([render(shape, 'python', output)], 'python')).toEqual([text])
  })

  it('has text where no escape is needed in its strings and formats', () => {
    expect(evaluate([render(`f"{1:$a.output}{'$a.output'}"`, 'python', '>4')], 'python')).toEqual(['   1>4'])
  })

  it.each([`f"{'$a.output'}"`, `f'{1:$a.output}'`, `f'{1:{"$a.output"}}'`])(
    'refuses other values in %s',
    (shape) => {
      for (const value of ["'", '"', '\\', '{', '}', '\n', 'é']) {
        expect(() => render(shape, 'python', value)).toThrow(ScriptValueError)
      }
      expect(() => render(shape, 'python', '{')).toThrow(/under `with:`/)
    },
  )
})

describe('what a script has no value for', () => {
  it('names the reference and the node that reads it', () => {
    const { template } = parse("b'$a.output'", 'python')
    const scope = { ...scopeOf('\uD800'), reader: 'report' }
    expect(() => renderScript(template, scope)).toThrow(
      "`$a.output` in the node `report` can't be written into the script: it stands in a bytes literal, and the value is no valid Unicode. Give it to the script under `with:`, and read it from the environment.",
    )
    expect(() => render('$a.output.x', 'python', 'no JSON')).toThrow(/`\$a.output.x` has no value/)
  })
})
