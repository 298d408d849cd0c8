import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseWorkflow } from '@ion/core'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = [
  ...['README.md', 'docs/**/*.md', 'examples/*/README.md', 'packages/*/README.md'].flatMap((pattern) =>
    globSync(pattern, { cwd: root }),
  ),
].sort()

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

/** The workflows that a page shows, whole ones and single nodes; a node gets the neighbours it refers to. */
function workflowsIn(page: string): string[] {
  const blocks = [...read(page).matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => text)
  return blocks.flatMap((text) => {
    if (/^nodes:/m.test(text)) return [/^name:/m.test(text) ? text : `name: shown\n${text}`]
    if (/^inputs:/m.test(text)) return [`name: shown\n${text}nodes:\n  - id: only\n    bash: 'true'\n`]
    if (!/^ +- id:/m.test(text)) return []
    const own = [...text.matchAll(/- id: (\S+)/g)].map(([, id]) => id)
    const named = new Set([...text.matchAll(/\$(\w+)\.output/g)].map(([, id]) => id))
    const others = [...named].filter((id) => !own.includes(id))
    const neighbours = others.map((id) => `  - id: ${id}\n    bash: 'true'\n`).join('')
    const waits = /depends_on:/.test(text) || others.length === 0 ? '' : `    depends_on: [${others}]\n`
    return [`name: shown\nnodes:\n${neighbours}${text}${waits}`]
  })
}

describe('the documentation', () => {
  it.each(pages)('%s links only to what is there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)/g)].map(
      ([, link = '']) => link,
    )
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
  })

  it.each(pages)('%s shows only workflows that are valid', (page) => {
    const problems = workflowsIn(page).flatMap((text) =>
      parseWorkflow(text).diagnostics.map(({ message }) => `${message}\n${text}`),
    )
    expect(problems).toEqual([])
  })

  it('shows workflows in the README and for every node type in the reference', () => {
    expect(workflowsIn('README.md').length).toBeGreaterThan(0)
    const shown = workflowsIn('docs/workflow-reference.md').join('')
    for (const type of ['bash', 'prompt', 'command', 'loop', 'approval', 'cancel']) {
      expect(shown).toMatch(new RegExp(`^ +${type}:`, 'm'))
    }
  })

  it('has the exit codes that the command line has', () => {
    const source = readFileSync(join(root, 'packages/cli/src/exit-codes.ts'), 'utf8')
    const codes = [...source.matchAll(/^ {2}\w+: (\d+),$/gm)].map(([, code]) => code)
    const table = read('README.md').split('## Exit codes')[1]?.split('##')[0] ?? ''
    const documented = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, list = '']) => list.split(', '))
    expect(documented).toEqual(codes)
  })
})
