import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBashTemplate } from './parse-bash-template.ts'
import {
  assignmentsFor,
  bashAccepts,
  context,
  rewritten,
  runInBash,
  runTemplate,
} from './testing/run-in-bash.ts'
import { endings, patternShapes, scriptShapes } from './testing/script-shapes.ts'

/** Full lengths in the long form of the tests. */
const long = Boolean(process.env.ION_LONG)

const hostile = [
  `"`,
  `'`,
  '`',
  '$(touch owned)',
  '`touch owned`',
  '${HOME}',
  '$HOME',
  '$a.output',
  '${ION_REF_1}',
  '$&',
  '$$',
  '\\',
  '\\\\',
  "'\\''",
  '*',
  '?',
  '[a-z]',
  '~',
  '-n',
  '--',
  '-e',
  '{x,y}',
  '!!',
  ';',
  '&',
  '|',
  '<',
  '>',
  '<<E',
  '\nE\n',
  '(',
  ')',
  '}',
  ']',
  '# no comment',
  ' ',
  '  ',
  '\t',
  '\n',
  '\n\n',
  '\r\n',
  '\u0001',
  '\u007f',
  '\u001b[0m',
  'é',
  '😀',
  '\ufeff',
  '%s',
  'E',
]
const value = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' })), { maxLength: 12 })
  .map((parts) => wellFormed(parts.join('').replaceAll('\u0000', '')))

const shapes = { ...scriptShapes, ...patternShapes }

/** Without lone surrogates, which have no bytes. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

/** Runs many scripts in one bash, each in a subshell, and returns what each printed. */
function printAll(sources: string[], text: string): string[] {
  const scripts = sources.map((source) => `(${rewritten(source)}\n); printf '\\0'\n`)
  return runInBash(assignmentsFor(sources, text) + scripts.join(''))
    .stdout.split('\0')
    .slice(0, -1)
}

describe('a reference in a bash script', () => {
  it.each(Object.entries(shapes))('keeps every byte in %s', (_name, source) => {
    const text = `${hostile.join('')}\n\n`
    expect(runTemplate(source, text)).toMatchObject({ stdout: text, stderr: '' })
  })

  it.each(Object.entries(endings))('keeps every byte after %s', (_name, word) => {
    const source = `printf %s ${word}`
    expect(parseBashTemplate(source, context).problems).toEqual([])
    const before = runInBash(source.replaceAll('$a.output', ''))
    const text = `a  "b" 'c' $(touch owned) * \\`
    expect({ source, ...before }).toMatchObject({ stderr: '', status: 0 })
    expect({ source, ...runTemplate(source, text) }).toMatchObject({
      stdout: before.stdout + text,
      stderr: '',
    })
  })

  it('keeps every byte of any value, everywhere', () => {
    const sources = Object.values(shapes)
    fc.assert(
      fc.property(value, (text) => {
        expect(printAll(sources, text)).toEqual(sources.map(() => text))
      }),
      { numRuns: long ? 60 : 20 },
    )
  })

  it('keeps a megabyte', () => {
    const text = `${wellFormed(hostile.join('').repeat(8_000).slice(0, 1_000_000))}\n`
    const sources = Object.values(scriptShapes)
    const printed = printAll(sources, text)
    expect(printed.map((output) => output === text)).toEqual(sources.map(() => true))
  })

  it('is the same bare and in double quotes when it is empty', () => {
    expect(runTemplate('set -- $a.output "$a.output"; echo $#', '').stdout).toBe('2\n')
  })

  it('keeps every byte in contexts nested in each other', () => {
    fc.assert(
      fc.property(word(3), (source) => {
        // Bash itself can't read some of them, such as certain backticks in a here-document in quotes.
        const plain = (text: string) => runInBash(`printf %s ${source.replaceAll('$a.output', text)}`)
        fc.pre(plain('text').stdout === 'text' && plain('${nothing-text}').stderr === '')
        const text = `a  "b" 'c' $(touch owned) \`id\` \\ * \\\\ $HOME\n\tE end`
        const run = runTemplate(`printf %s ${source}`, text)
        expect({ source, ...run }).toMatchObject({ source, stdout: text, stderr: '' })
      }),
      { numRuns: long ? 60 : 20 },
    )
  })
})

/** Words that come to the output of `a`, nested up to a depth. */
function word(depth: number): fc.Arbitrary<string> {
  const reference = fc.constantFrom(
    '$a.output',
    '"$a.output"',
    "'$a.output'",
    "$'$a.output'",
    '"${nothing:-$a.output}"',
  )
  if (depth === 0) return reference
  const inner = word(depth - 1)
  const list = commands(depth - 1)
  return fc.oneof(
    reference,
    list.map((text) => `"$(${text})"`),
    list.map((text) => `"$( (${text}) )"`),
    list.map((text) => `"\`${text.replace(/[\\`]/g, '\\$&').replaceAll('"', '\\"')}\`"`),
    list.map((text) => `"\${nothing:-$(${text})}"`),
    inner.map((text) => `\${nothing-${text}}`),
    inner.map((text) => `''${text}""`),
    inner.map((text) => `"\${nothing:-"$(printf %s ${text})"}"`),
  )
}

/** Commands that print the output of `a`. */
function commands(depth: number): fc.Arbitrary<string> {
  const inner = word(depth)
  return fc.oneof(
    inner.map((text) => `printf %s ${text}`),
    inner.map((text) => `x=${text}; printf %s "$x" # it's done)\n`),
    inner.map((text) => `case x in y) ;; x) printf %s ${text} ;; esac`),
    inner.map((text) => `f() { if [[ -n ${text} ]]; then printf %s "$1"; fi; }; f ${text}`),
    inner.map((text) => `((1 + (2))) && cat <<< ${text}`),
    inner.map((text) => `x=([3]=${text} 2); printf %s "\${x[3]}"`),
    inner.map((text) => `cat <<E${depth}\n$(printf %s ${text})\nE${depth}\n`),
    fc.constant(`cat <<E${depth}\n$a.output\nE${depth}\n`),
    fc.constant(`cat <<'E ${depth}' ; : <<-'F'\n$a.output\nE ${depth}\n\t) ' " $b.output\n\tF\n`),
  )
}

describe('a script without references', () => {
  const soup = fc
    .array(
      fc.constantFrom(
        ...hostile.filter((text) => text !== '$a.output'),
        ...[
          '$(',
          '((',
          '$((',
          '))',
          '${x',
          ':-',
          '$[',
          '<<-',
          "<<'E'",
          '<<"E"',
          '<<<',
          "$'",
          '$"',
          '[[ ',
          ' ]]',
          'case x in ',
          ' esac',
        ],
        ...[
          ';;',
          '\\\n',
          'for x in ',
          'do ',
          'done',
          'if ',
          'then ',
          'fi',
          'x=',
          '=(',
          '$x.y',
          'a',
          '\\`',
          ' -eq ',
          '<(',
          '&&',
          '||',
        ],
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''))

  it('stays what it is, byte for byte', () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), (source) => {
        expect(rewritten(source)).toBe(source)
      }),
      { numRuns: long ? 3_000 : 1_000 },
    )
  })

  it('has the same lines after references are put into it, and bash can still read it', () => {
    const references = ['$a.output', '"$a.output"', "'$a.output'", '$INPUTS.name']
    const withReferences = fc
      .array(fc.oneof(soup, fc.constantFrom(...references)), { maxLength: 8 })
      .map((parts) => parts.join(' '))
    fc.assert(
      fc.property(withReferences, (source) => {
        fc.pre(bashAccepts(source))
        const script = rewritten(source)
        expect(script.split('\n').length).toBe(source.split('\n').length)
        expect({ source, script, accepted: bashAccepts(script) }).toEqual({ source, script, accepted: true })
      }),
      { numRuns: long ? 100 : 30 },
    )
  })
})
