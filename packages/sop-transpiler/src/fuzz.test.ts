import { formatDiagnostic } from '@ion/core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { growth } from './growth.test-support.ts'
import {
  applyFixes,
  lintSop,
  parseSop,
  TranspileError,
  type TranspileOptions,
  transpileSop,
} from './index.ts'

/** All in all; `FUZZ_RUNS` says how many, as in `npm run fuzz`. */
const runs = Number(process.env.FUZZ_RUNS ?? (process.env.ION_LONG ? 2000 : 300))

const example = `---
name: try
---
# Try

## Overview

About it.

## Parameters

- **a_b** (required): A
- **mode** (optional, default: "x/{a_b}"): B
  - "one": First

**Constraints for parameter acquisition:**
- You MUST ask

## Steps

### 1. Look

See [Notes](#notes), \`$ARGUMENTS\` and {a_b}.

<!-- ion: model: small -->

**Constraints:**
- You MUST NOT leap because it hurts
- You MUST save it to \`{a_b}/x.md\` and wait for approval
- If mode is "one", skip this step
  \`\`\`
  ## no
  \`\`\`

### 2. Leap

#### 2.1 Now

| # | Step |
|-|-|
| 1 | x |

## Notes

> quoted
`

const pieces = [
  ...[
    '# ',
    '## Steps\n',
    '### 1. ',
    '### 2.1 ',
    '#### 3a. ',
    '## Parameters\n',
    '- **p** (',
    'required',
    ', default: "',
    '): ',
    '**Constraints:**\n',
    '- You MUST save it to `{p}/x.md`\n',
    'If p is "one", skip this step.\n',
    'Wait for the user.\n',
    '<!-- ion: parallel-with: 1 -->\n',
    '<!-- ion: {model: x, retry: ',
  ],
  ...[
    'You MUST NOT ',
    '```',
    '~~~\n',
    '> ',
    '1. ',
    '- [ ] ',
    '|',
    '|-|\n',
    '---\n',
    '<sop-step>',
    '<!-- ',
    ' -->',
    '</details>',
    '\t',
    '    ',
    '\\',
  ],
  ...[
    '$',
    '${',
    '$INPUTS.p',
    '$look.output',
    '{p}',
    '{{p}}',
    '\n',
    '\n\n',
    '\r',
    '\r\n',
    '\0',
    '\uFEFF',
    '\uD800',
    '😀',
    '[a](#b)',
    '[^1]',
    '`',
    '*',
    '_',
    '&amp;',
    ': ',
  ],
]

/** What holds of every text: no exception, places that are in it, and a workflow unless there is nothing. */
function check(text: string): void {
  const start = performance.now()
  checkText(text)
  const took = performance.now() - start
  if (took > slowest.took) slowest = { took, text }
}

let slowest = { took: 0, text: '' }

function checkText(text: string): void {
  const path = 'a/try.sop.md'
  const { sop, diagnostics, fixes } = lintSop(text, { path, strict: true })
  // The linter reads as the parser does, which is not asked each time: reading is most of the work.
  if (text.length % 10 === 0) expect(parseSop(text, { path }).sop).toEqual(sop)
  const lines = text.split(/\r\n|\r|\n/)
  for (const diagnostic of diagnostics) {
    const { start, end } = diagnostic.range
    expect(start.line).toBeLessThanOrEqual(lines.length)
    expect(start.column).toBeLessThanOrEqual((lines[start.line - 1]?.length ?? 0) + 1)
    expect(end.line > start.line || (end.line === start.line && end.column >= start.column)).toBe(true)
    expect(formatDiagnostic(diagnostic, text)).toContain(diagnostic.code)
  }
  if (fixes.length > 0)
    expect(lintSop(applyFixes(text, fixes), { path }).fixes.length).toBeLessThan(fixes.length)
  const nothing = diagnostics.some(({ code }) => code === 'ION4001' || code === 'ION4002')
  const options = optionsOf(text)
  if (nothing) expect(() => transpileSop(sop, options)).toThrow(TranspileError)
  else expect(transpileSop(sop, options).nodes.length).toBeGreaterThan(0)
}

/** Each text with some, and all of them with all. */
function optionsOf({ length }: string): TranspileOptions {
  return {
    granularity: length % 2 === 0 ? 'step' : 'substep',
    gates: length % 3 === 0 ? 'off' : 'auto',
    artifacts: length % 5 === 0 ? 'off' : 'auto',
    verify: length % 7 !== 0,
    onDiagnostic: ({ message }) => expect(message).not.toBe(''),
  }
}

describe('whatever the text, it is read, looked at and made into a workflow', () => {
  const share = Math.ceil(runs / 3)
  const timeout = 30_000 + runs * 30

  afterAll(() => {
    if (!process.env.FUZZ_RUNS) return
    const length = `${slowest.text.length} characters`
    console.log(`slowest: ${Math.round(slowest.took)} ms, ${length}, ${JSON.stringify(slowest.text)}`)
    console.log(['from 10 kB to 100 kB:', ...growth()].join('\n'))
  }, 300_000)

  it('of random characters', { timeout }, () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 100 }), check), { numRuns: share })
  })

  it('of random pieces of SOPs', { timeout }, () => {
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''))
    fc.assert(fc.property(text, check), { numRuns: share })
  })

  it('of a SOP with pieces cut out and put in', { timeout }, () => {
    const cut = fc.tuple(fc.nat(example.length), fc.nat(30), fc.constantFrom('', ...pieces))
    const text = fc
      .array(cut, { minLength: 1, maxLength: 6 })
      .map((cuts) =>
        cuts.reduce(
          (before, [at, length, piece]) => before.slice(0, at) + piece + before.slice(at + length),
          example,
        ),
      )
    fc.assert(fc.property(text, check), { numRuns: share })
  })
})
