import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCondition } from './parse-condition.ts'

const context = { nodeIds: new Set(['a', 'b', 'fetch-issue']), inputs: new Set(['name']) }

/** A condition in short: clauses of `path operator literal`. */
function parsed(source: string): string[][] | undefined {
  return parseCondition(source, context).condition?.clauses.map((clause) =>
    clause.map(({ left: { reference }, operator, right }) => {
      const path =
        reference.kind === 'node'
          ? [reference.nodeId, reference.property, ...reference.path].join('/')
          : `${reference.kind}/${reference.name}`
      return `${path} ${operator} <${right}>`
    }),
  )
}

function problems(source: string): [string, string | undefined][] {
  return parseCondition(source, context).problems.map(({ start, end, hint }) => [
    source.slice(start, end),
    hint,
  ])
}

describe('a condition', () => {
  it.each<[string, string[][]]>([
    ["$a.output == 'x'", [['a/output == <x>']]],
    ["$a.output!='x'", [['a/output != <x>']]],
    ["  $fetch-issue.output.kind\t==\n''  ", [['fetch-issue/output/kind == <>']]],
    ['$a.output.items[0].n >= -1.50', [['a/output/items/0/n >= <-1.50>']]],
    ['$a.output[2] < 3', [['a/output/2 < <3>']]],
    ['$a.kind == true', [['a/output/kind == <true>']]],
    ['$a.status == false', [['a/status == <false>']]],
    ["$a.error != ''", [['a/error != <>']]],
    ['$a.exit_code > 0', [['a/exit_code > <0>']]],
    ["$INPUTS.name == 'a || b && c'", [['input/name == <a || b && c>']]],
    [
      '$a.x == 1 && $b.y == 2 || $a.z <= 3',
      [['a/output/x == <1>', 'b/output/y == <2>'], ['a/output/z <= <3>']],
    ],
  ])('%s', (source, clauses) => {
    expect(parseCondition(source, context).problems).toEqual([])
    expect(parsed(source)).toEqual(clauses)
  })

  it('knows where its comparisons and references stand', () => {
    const { condition } = parseCondition("$a.x == 1 || $b.output == 'y' ", context)
    expect(condition?.clauses[1]?.[0]).toMatchObject({
      start: 13,
      end: 29,
      left: { source: '$b.output', start: 13, end: 22 },
    })
  })
})

describe('a malformed condition', () => {
  it.each<[string, string, string | RegExp | undefined]>([
    ['', '', /^Write one like/],
    ['$a.output', 't', /^Compare it with something/],
    ['$a.output == ', '=', undefined],
    ['$a.output = 1', '=', 'Equality is `==`.'],
    ['$a.output === 1', '===', /^Equality is `==`/],
    ['$a.output ~ 1', '~', /^The operators are/],
    ['$a.output == "x"', '"x"', "Write `'x'`."],
    ['$a.output == yes', 'yes', "If it is a text, write `'yes'`."],
    ["$a.output == 'x", "'x", undefined],
    ['$a.output == $b.output', '$b.output', /^A literal is/],
    ['$a.output == 1 and $b.output == 2', 'and', 'Write `&&`.'],
    ["$a.output == 'x' or $b.output == 2", 'or', 'Write `||`.'],
    ['$a.output == 1 & $b.output == 2', '&', 'Write `&&`.'],
    ["$a.output == 'x' 'y'", "'y'", undefined],
    ['($a.output == 1) && $b.output == 2', '(', /binds tighter/],
    ['$a.output == 1 && !$b.output', '!', /its opposite/],
    ['$a.output == 1 || !!!', '!', /its opposite/],
    ['$a.output == 1 || ', '|| ', undefined],
    ["'x' == $a.output", "'x'", /^It begins with/],
    ['true', 'true', /^It begins with/],
    ['${a.output} == 1', '${', /without braces/],
    ['$a == 1', '$a', 'Write `$a.output`, or `$a.status`.'],
    ["$ARGUMENTS == 'x'", '$ARGUMENTS', /declare an input/],
    ['$a.kind.sub == 1', '.sub', 'The short form takes one field. Write `$a.output.kind.sub`.'],
    ['$a.output.my-field == 1', '-field', /^A field is/],
    ['$a.status.x == 1', '.x', /^A field is/],
    ['$LOOP_PREV.a.output == 1', '$LOOP_PREV.a', /`\$LOOP_PREV_OUTPUT`/],
    ['$fetch-isue.output == 1', '$fetch-isue.output', 'Did you mean `fetch-issue`?'],
    ['$INPUTS.nam == 1', '$INPUTS.nam', 'Did you mean `name`?'],
  ])('%s', (source, place, hint) => {
    const found = problems(source)
    expect(found.map(([text]) => text)).toEqual([place])
    if (hint instanceof RegExp) expect(found[0]?.[1]).toMatch(hint)
    else expect(found[0]?.[1]).toBe(hint)
    expect(parseCondition(source, context).condition).toBeNull()
  })

  it('is reported with all that is wrong with it', () => {
    expect(problems('$x.output = 1 || $a.output == yes && $INPUTS.y == 1').map(([text]) => text)).toEqual([
      '$x.output',
      '=',
      'yes',
      '$INPUTS.y',
    ])
  })

  it('is no exception, whatever the text', () => {
    const token = fc.constantFrom(
      ...[
        '$a',
        '.output',
        '$INPUTS.name',
        '==',
        '<',
        '&&',
        '||',
        "'",
        '"',
        '(',
        '!',
        ' ',
        '1',
        '[0]',
        '.',
        'x',
        '{',
      ],
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(token).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (source) => {
        const { condition, problems: found } = parseCondition(source, context)
        expect(condition === null).toBe(found.some(({ severity }) => severity === 'error'))
        for (const { start, end } of found) {
          expect([start >= 0, start <= end, end <= source.length]).toEqual([true, true, true])
        }
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('a condition that never holds', () => {
  it('is warned of, where a text is compared as a number', () => {
    const { condition, problems: found } = parseCondition("$a.output > 'many'", context)
    expect(condition).not.toBeNull()
    expect(found).toMatchObject([{ code: 'ION2013', severity: 'warning', start: 12, end: 18 }])
  })
})
