import { describe, expect, it } from 'vitest'
import { scriptNameCandidate } from './script-name.ts'

describe('a script that may be the name of a file', () => {
  it.each([
    'main',
    'echo-args',
    'tools/report.py',
    './x.mts',
    '../x.js',
    '/opt/x.py',
    'größe.py',
    'main()',
    ' x.ts\n',
  ])('%j is one', (source) => expect(scriptNameCandidate(source)).toBe(source.trim()))

  it.each([
    '',
    ' ',
    'a b',
    'a\nb',
    'print("x")',
    "f('x')",
    '$a.output',
    '${x}',
    'a|b',
    'a;',
    '-',
    'x=`y`',
    '{}',
    '..',
  ])('%j is none', (source) => expect(scriptNameCandidate(source)).toBeNull())
})
