import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

function codesIn(text: string, pattern: RegExp): string[] {
  return [...new Set(Array.from(text.matchAll(pattern), ([, code = '']) => code))].sort()
}

it('every code that the sources give is documented, once, and no other', () => {
  const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
    (path) => !path.endsWith('.test.ts'),
  )
  const given = codesIn(sources.map((path) => readFileSync(root + path, 'utf8')).join('\n'), /'(ION\d{4})'/g)
  const page = readFileSync(`${root}docs/diagnostics.md`, 'utf8')
  const rows = Array.from(page.matchAll(/^\| (ION\d{4}) \|/gm), ([, code = '']) => code)
  expect(given.length).toBeGreaterThan(0)
  expect(rows).toEqual(rows.toSorted())
  expect(rows).toEqual(given)
})
