import { formatDiagnostic } from '@ion/core'
import { describe, expect, it } from 'vitest'
import { corpusFiles, corpusText } from './corpus.test-support.ts'
import { applyFixes } from './lint/fix.ts'
import { lintSop } from './lint-sop.ts'
import { parseSop } from './parse-sop.ts'

const good = `# Release

## Overview

Ships a version.

## Parameters

- **version** (required): Which
- **dir** (optional, default: "out/{version}"): Where to

**Constraints for parameter acquisition:**
- You MUST ask for all of them at once

## Steps

### 1. Build

Build into {dir}.

**Constraints:**
- You MUST NOT push because that is step 2

### 2. Ship

Ship it, as the Notes section says.

**Constraints:**
- You SHOULD look

## Notes

See [the build](#1-build).
`

/** What is said of the good SOP when something in it is otherwise, as code and place. */
function faults(from: string | RegExp, to: string, path = 'release.sop.md') {
  const text = good.replace(from, to)
  return lintSop(text, { path }).diagnostics.map(
    ({ code, range: { start } }) => `${code} ${start.line}:${start.column}`,
  )
}

describe('a SOP', () => {
  it('as it should be has no faults', () => {
    expect(lintSop(good, { path: 'release.sop.md', strict: true })).toMatchObject({
      diagnostics: [],
      fixes: [],
    })
  })

  it.each([
    ['has no title', '# Release', 'Release', ['ION4101 1:1']],
    ['has no overview', '## Overview', '## About', ['ION4102 1:1']],
    ['has an overview that is too long', 'Ships a version.', 'x'.repeat(1025), ['ION4103 3:1']],
    ['does not say how to get the parameters', /\*\*Constraints for.*\n.*\n/, '', ['ION4104 10:1']],
    ['gives a number twice', '### 2.', '### 1.', ['ION4111 24:1']],
    ['leaves a number out', '### 2.', '### 3.', ['ION4112 24:1']],
    ['begins with a later number', /### 1\.(.*)### 2\./s, '### 2.$1### 3.', ['ION4112 17:1', 'ION4141 33:5']],
    ['has an empty step', /Ship it(.*)look/s, '', ['ION4113 24:1']],
    ['has a step without constraints', /\*\*Constraints:\*\*\n- You SHOULD look/, '', ['ION4114 24:1']],
    ['has a constraint without a keyword', 'You SHOULD look', 'Look', ['ION4121 29:3']],
    ['forbids without a reason', ' because that is step 2', '', ['ION4122 22:3']],
    ['mixes levels', 'You SHOULD look', 'You SHOULD look and MUST see', ['ION4123 29:3']],
    [
      'has a required parameter too late',
      '(required): Which',
      '(optional): Which\n- **x_y** (required): version',
      ['ION4131 10:3', 'ION4136 10:3'],
    ],
    ['has a name in capitals', '- **dir**', '- **Dir**', ['ION4132 10:3', 'ION4138 19:12']],
    ['has a default that is no value', /"out.*/, '"c"): Where\n  - "a": A\n  - "b": B', ['ION4133 10:31']],
    ['has an unknown name in a default', 'out/{version}', 'out/{version}/{verson}', ['ION4134 10:31']],
    ['has a default that needs itself', 'out/{version}', 'out/{version}/{dir}', ['ION4135 10:31']],
    ['has a parameter that is not used', 'into {dir}', 'it', ['ION4136 10:3']],
    ['does not say whether a parameter is required', ' (required)', '', ['ION4137 9:3']],
    ['has an undeclared name', 'into {dir}', 'into {dir} of {the_host}', ['ION4138 19:21']],
    ['has a dangling link', '(#1-build)', '(#build)', ['ION4141 33:5']],
    ['speaks of a missing appendix', 'Ship it', 'Ship it, see Appendix B', ['ION4141 26:14']],
    ['speaks of a missing step', 'Ship it', 'Go back to step 4.2 and ship', ['ION4141 26:9']],
    [
      'speaks of a missing section',
      'Ship it',
      'Ship as defined in the Good Practices section',
      ['ION4141 26:9'],
    ],
    ['has a fence without an end', 'See [', '```\nSee [', ['ION4142 33:1']],
  ])('that %s is told so', (_, from, to, expected) => {
    expect(faults(from, to)).toEqual(expected)
  })

  it('in a fence of its own is told so', () => {
    expect(
      lintSop('# T\n## Overview\nx\n```\n## Steps\n### 1. Go\n```').diagnostics.map(({ code }) => code),
    ).toContain('ION4143')
  })

  it.each([
    ['release.md', ['ION4105 1:1']],
    ['my_Release.sop.md', ['ION4106 1:1']],
  ])('in the file %s is told so', (path, expected) => {
    expect(faults('', '', path)).toEqual(expected)
  })

  it('is not spoken of where there is nothing', () => {
    expect(lintSop('', { strict: true }).diagnostics.map(({ code }) => code)).toEqual(['ION4001'])
  })

  it('has errors only where the format is broken, and only when that is asked for', () => {
    const text = good.replace('### 2.', '### 3.').replace(' because that is step 2', '')
    const severities = (strict: boolean) =>
      lintSop(text, { strict }).diagnostics.map(({ code, severity }) => [code, severity])
    expect(severities(false)).toEqual([
      ['ION4122', 'warning'],
      ['ION4112', 'warning'],
    ])
    expect(severities(true)).toEqual([
      ['ION4122', 'warning'],
      ['ION4112', 'error'],
    ])
  })

  it('is shown where it is wrong', () => {
    const text = good.replace('into {dir}', 'into {dirs}')
    const [diagnostic] = lintSop(text, { path: 'release.sop.md' }).diagnostics.filter(
      ({ code }) => code === 'ION4138',
    )
    expect(diagnostic && formatDiagnostic(diagnostic, text)).toContain(
      '19 | Build into {dirs}.\n   |            ^^^^^^',
    )
    expect(diagnostic?.hint).toBe('Did you mean `dir`?')
  })
})

describe('fixes', () => {
  const broken =
    '\uFEFF# T\r\n## Parameters\r\n- **a**: A\r\n- **b** (optional): B\r\n**Constraints:**\r\n- You MUST\r\n## Steps\r\n### 1. Go\r\n```\r\nx'

  it('mend what can be mended, and leave the rest as it is, byte for byte', () => {
    const { fixes, sop } = lintSop(broken)
    const mended = applyFixes(broken, fixes)
    expect(mended).toBe(
      broken
        .replace('**a**:', '**a** (required):')
        .replace('**Constraints', '\r\n**Constraints')
        .concat('\r\n```\r\n'),
    )
    const again = lintSop(mended)
    expect(again.fixes).toEqual([])
    expect(again.sop.parameters.map(({ name, required }) => [name, required])).toEqual(
      sop.parameters.map(({ name, required }) => [name, required]),
    )
  })

  it('are made in files with the line breaks of old, too', () => {
    const text = broken.replaceAll('\r\n', '\r')
    expect(lintSop(applyFixes(text, lintSop(text).fixes)).fixes).toEqual([])
  })

  it.skipIf(corpusFiles().length === 0)('change nothing that other people meant', () => {
    const file = 'pete-afk+expert-alf-toolkit__agent-sops__stage1-clustering.sop.md'
    const text = corpusText(file)
    const mended = applyFixes(text, lintSop(text).fixes)
    expect(mended).not.toBe(text)
    const names = (source: string) => parseSop(source).sop.parameters.map(({ name }) => name)
    expect(names(mended)).toEqual(names(text))
  })
})

describe.skipIf(corpusFiles().length === 0)('faults in SOPs that other people wrote', () => {
  it.each([
    ['upstream__code-assist.sop.md', ['ION4141 288', 'ION4141 288']],
    ['upstream__eval.sop.md', ['ION4141 289']],
    ['upstream__pdd.sop.md', []],
  ])('are found in %s where they are', (file, expected) => {
    const { diagnostics } = lintSop(corpusText(file), { path: file })
    const dangling = diagnostics.filter(({ code }) => code === 'ION4141')
    expect(dangling.map(({ code, range }) => `${code} ${range.start.line}`)).toEqual(expected)
  })
})
