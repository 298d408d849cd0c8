import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { archonKeys } from './archon-keys.ts'

const page = new URL('../../../../../docs/coming-from-archon.md', import.meta.url)

/** The rows of the page's tables of keys, under the level that stands above each. */
function rowsOf(text: string): string[] {
  const levels = text.split('\n### ').slice(1)
  return levels.flatMap((part) => {
    const level = /^`(\w+)`/.exec(part)?.[1]
    const rows = part.split('\n').filter((line) => line.startsWith('| `'))
    return rows.map((row) => `${level} ${row}`)
  })
}

it('the page on coming from Archon has every key, with what the table says of it', () => {
  const said = archonKeys.map(({ level, key, standing, note }) => {
    const remark = note === '' ? '' : ` ${note}`
    return `${level} | \`${key}\` | ${standing} |${remark} |`
  })
  expect(rowsOf(readFileSync(page, 'utf8'))).toEqual(said)
})
