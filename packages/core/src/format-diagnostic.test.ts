import { describe, expect, it } from 'vitest'
import type { Diagnostic } from './diagnostic.ts'
import { formatDiagnostic } from './format-diagnostic.ts'

const diagnostic = (
  place: [line: number, column: number, endLine: number, endColumn: number],
): Diagnostic => ({
  code: 'ION1203',
  severity: 'error',
  message: 'Node `b` depends on `aa`, which does not exist.',
  path: 'x.yaml',
  range: { start: { line: place[0], column: place[1] }, end: { line: place[2], column: place[3] } },
  hint: 'Did you mean `a`?',
})

/** The line with the carets, without its gutter. */
function carets(text: string, place: [number, number, number, number]): string | undefined {
  const line = formatDiagnostic(diagnostic(place), text)
    .split('\n')
    .find((one) => one.includes('^'))
  return line?.slice(line.indexOf('|') + 2)
}

describe('formatDiagnostic', () => {
  it('shows what, where, the lines around it, and what to do', () => {
    const text = 'nodes:\n  - id: b\n    depends_on: [aa]\n    bash: echo b\n'
    expect(formatDiagnostic(diagnostic([3, 18, 3, 20]), text)).toBe(
      [
        'error[ION1203]: Node `b` depends on `aa`, which does not exist.',
        ' --> x.yaml:3:18',
        '  |',
        '2 |   - id: b',
        '3 |     depends_on: [aa]',
        '  |                  ^^',
        '4 |     bash: echo b',
        '  |',
        'help: Did you mean `a`?',
      ].join('\n'),
    )
  })

  it('leaves out what is not there', () => {
    const { hint: _, ...bare } = diagnostic([1, 1, 1, 1])
    expect(formatDiagnostic({ ...bare, path: null, severity: 'warning' }, '')).toBe(
      [
        'warning[ION1203]: Node `b` depends on `aa`, which does not exist.',
        ' --> <text>:1:1',
        '  |',
        '1 |',
        '  | ^',
        '  |',
      ].join('\n'),
    )
  })

  it('aligns line numbers of different widths', () => {
    const text = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n')
    expect(formatDiagnostic(diagnostic([9, 1, 9, 5]), text)).toContain(' 9 | line 9\n   | ^^^^\n10 | line 10')
  })

  it('counts lines as the parser does, whatever their ends', () => {
    expect(carets('a\r\nbc\rde\nf', [3, 2, 3, 3])).toBe(' ^')
  })

  it('underlines to the end of the line what goes on below it', () => {
    expect(carets('abc def\nghi', [1, 5, 2, 2])).toBe('    ^^^')
  })

  it('puts carets under tabs and wide characters where a terminal shows them', () => {
    expect(carets('\tab', [1, 2, 1, 3])).toBe(' ^')
    expect(carets('日本 x', [1, 4, 1, 5])).toBe('     ^')
    expect(carets('😀 x', [1, 4, 1, 5])).toBe('   ^')
  })

  it('shows the part of a long line that matters', () => {
    const text = `${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`
    const shown = formatDiagnostic(diagnostic([1, 5001, 1, 5005]), text)
    expect(shown).toContain('HERE')
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThan(120)
    expect(carets(text, [1, 5001, 1, 5005])?.trim()).toBe('^^^^')
  })

  it('lets nothing through that a terminal would obey', () => {
    const shown = formatDiagnostic(
      { ...diagnostic([1, 1, 1, 2]), message: 'a\x1b[2Jb' },
      '\x1b]0;title\x07\u202e',
    )
    expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
  })
})
