import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScriptLanguage, ScriptReference } from './script-template.ts'
import { parse, render } from './testing/run-script.ts'

const languages: ScriptLanguage[] = ['typescript', 'python']

function references(source: string, language: ScriptLanguage): ScriptReference[] {
  return parse(source, language).template.segments.filter((segment) => typeof segment !== 'string')
}

function kinds(source: string, language: ScriptLanguage): string[] {
  return references(source, language).map(({ source: text, place }) => `${text} ${place.kind}`)
}

function problems(source: string, language: ScriptLanguage): string[] {
  return parse(source, language).problems.map(
    ({ code, severity, start, end }) => `${code} ${severity} ${source.slice(start, end)}`,
  )
}

function hints(source: string, language: ScriptLanguage): (string | undefined)[] {
  return parse(source, language).problems.map(({ hint }) => hint)
}

describe.each(languages)('a reference in %s', (language) => {
  it('knows its path and its place', () => {
    expect(references('x = $a.output.items[0].name\n', language)).toEqual([
      {
        reference: { kind: 'node', nodeId: 'a', property: 'output', path: ['items', 0, 'name'] },
        source: '$a.output.items[0].name',
        start: 4,
        end: 27,
        place: { kind: 'code' },
      },
    ])
  })

  it('ends before a method that is called', () => {
    expect(kinds('[$a.output.items.map(f), $a.output.trim (), $a.output.x[0].y]', language)).toEqual([
      '$a.output.items code',
      '$a.output code',
      '$a.output.x[0].y code',
    ])
  })

  it('may be a variable, an input, a status', () => {
    const source = '[$ARGUMENTS, $RUN_ID, $INPUTS.base-branch, $a.status, $fetch-issue.exit_code]'
    expect(kinds(source, language)).toHaveLength(5)
    expect(render('[$a.status, $a.exit_code]', language, 'V')).toBe('["completed", (0)]')
  })

  it('is no part of a word', () => {
    expect(kinds('x$a.output + r$a.output + 1$a.output + $ARGUMENTSX + $BASE_BRANCH_NAME', language)).toEqual(
      [],
    )
  })

  it('has no form with braces', () => {
    expect(kinds('"${a.output} ${ARGUMENTS}"', language)).toEqual([])
    expect(problems('"${a.output} ${nowhere.output}"', language)).toEqual([])
  })

  it('has to name a node and an input that are there', () => {
    expect(problems('[$fetch-isue.output, "$nowhere.output.x", $INPUTS.nam]', language)).toEqual([
      'ION2001 error $fetch-isue.output',
      'ION2001 error $nowhere.output.x',
      'ION2002 error $INPUTS.nam',
    ])
    expect(hints('[$fetch-isue.output, "$nowhere.output.x", $nowhere.output]', language)).toEqual([
      'Did you mean `fetch-issue`?',
      'To have it as text, put a backslash before the `$`.',
      undefined,
    ])
  })

  it('is warned of when it is nearly one', () => {
    expect(problems('["$a.outputs", "$fetch-isue.status", "docs/$a.output.slug.md"]', language)).toEqual([
      'ION2005 warning $a.outputs',
      'ION2014 warning $fetch-isue.status',
      'ION2008 warning $a.output.slug',
    ])
    expect(hints('"docs/$a.output.slug.md"', language)).toEqual([
      'To be plain about it write `"$a.output.slug" + ".md"`.',
    ])
  })

  it('is text behind a backslash in a string', () => {
    expect(kinds(String.raw`"\$a.output \$nowhere.output \\$a.error"`, language)).toHaveLength(1)
    expect(problems(String.raw`"\$nowhere.output"`, language)).toEqual([])
  })

  it('leaves a script without references as it is, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (source) => {
        fc.pre(!source.includes('$'))
        expect(parse(source, language).template.segments.join('')).toBe(source)
      }),
    )
  })

  it('is found, or not, without ever throwing or losing text', () => {
    const pieces = [
      '$a.output',
      '$b.output.x',
      '$no.output',
      '"',
      "'",
      '`',
      '"""',
      '\\',
      '\n',
      '${',
      '{',
      '}',
      '/',
    ]
    const more = [
      '//',
      '/*',
      '*/',
      '#',
      '[',
      ']',
      '(',
      ')',
      ':',
      'f',
      'rb',
      'R',
      'if',
      'x',
      '1',
      ' ',
      '=',
      '!',
      '.',
    ]
    const source = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 40 })
    fc.assert(
      fc.property(source, (parts) => {
        const text = parts.join('')
        for (const { source: written, start, end } of references(text, language)) {
          expect(text.slice(start, end)).toBe(written)
        }
        for (const { start, end } of parse(text, language).problems) {
          expect(start).toBeLessThanOrEqual(end)
          expect(end).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('JavaScript', () => {
  it('has references where its grammar has strings, holes and patterns', () => {
    const source = 'f($a.output, "$b.output", `$RUN_ID ${$INPUTS.name}`, /$ARGUMENTS/)'
    expect(kinds(source, 'typescript')).toEqual([
      '$a.output code',
      '$b.output js-string',
      '$RUN_ID js-template',
      '$INPUTS.name code',
      '$ARGUMENTS js-regex',
    ])
  })

  it('has none in comments', () => {
    const source = '#!/bin/$a.output\n// $a.output\n/* $nowhere.output\n*/ x /* ` */ // "'
    expect(parse(source, 'typescript')).toMatchObject({ template: { segments: [source] }, problems: [] })
  })

  it('may have variables and members of its own that begin with a dollar', () => {
    const source =
      'const $el = q(); $el.output; $a; $; $$; $1; o.$a.output; o?.$nowhere.output; f(...$a.output)'
    expect(kinds(source, 'typescript')).toEqual(['$a.output code'])
    expect(problems(source, 'typescript')).toEqual([])
    expect(problems('const f = ($x, y) => $x.output', 'typescript')).toEqual([])
  })

  it('reads TypeScript', () => {
    const source = `const x: Map<string, 'a' | "b"> = f<T>(y!) / 2 as number
type Q = \`\${string}-$a.output\`; const z = y! / 4; interface I { a: /* ' */ string }
class C<T> extends D { #p = "$b.output"; get q(): string { return /'/.source } }`
    expect(kinds(source, 'typescript')).toEqual(['$a.output js-template', '$b.output js-string'])
    expect(problems(source, 'typescript')).toEqual([])
  })

  it.each([
    ['x = "abc\n', '"'],
    ["f('abc", "'"],
    ['`abc ${x', '`'],
    ['`abc', '`'],
    ['/* abc', '/'],
    ['f(x', '('],
    ['f(x]', ']'],
    ['}', '}'],
  ])('has to be closed: %j', (source, place) => {
    expect(problems(source, 'typescript')).toContain(`ION2015 error ${place}`)
  })

  it('is read in time that grows with its length', () => {
    for (const piece of ['/[', '$x.output ', '`${', '\\N{', '/*', '$a.output(']) {
      parse(piece.repeat(200_000 / piece.length), 'typescript')
    }
  })
})

describe('Python', () => {
  it('has references where its grammar has strings and fields', () => {
    const source = `f($a.output, "$b.output", f'$RUN_ID {$INPUTS.name:$ARGUMENTS}', f"{x('$a.status')}")`
    expect(kinds(source, 'python')).toEqual([
      '$a.output code',
      '$b.output python-string',
      '$RUN_ID python-string',
      '$INPUTS.name python-field',
      '$ARGUMENTS python-plain',
      '$a.status python-plain',
    ])
  })

  it('has none in comments', () => {
    const source = "#!/usr/bin/$a.output\nx = 1 # it's $nowhere.output\n"
    expect(parse(source, 'python')).toMatchObject({ template: { segments: [source] }, problems: [] })
  })

  it('reads the same quotes in a field, as Python 3.12 does', () => {
    expect(kinds(`f"{d["$a.output"]}$b.output"`, 'python')).toEqual([
      '$a.output python-plain',
      '$b.output python-string',
    ])
  })

  it.each([
    ['x = "abc\n', '"'],
    ["x = r'''abc\n''", 'r'],
    ["f'{x", 'f'],
    ["f'{x:abc", 'f'],
  ])('has to be closed: %j', (source, place) => {
    expect(problems(source, 'python')).toContain(`ION2015 error ${place}`)
  })

  it('is read in time that grows with its length', () => {
    for (const piece of ['"\\N{', "f'{", 'f"{', '$x.output ', 'rb', '"""']) {
      parse(piece.repeat(200_000 / piece.length), 'python')
    }
  })
})
