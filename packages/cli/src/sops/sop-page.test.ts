import { readFileSync } from 'node:fs'
import { lintSop } from '@ion/sop-transpiler'
import { expect, it } from 'vitest'
import { projectWith } from '../ion-in-process.test-support.ts'

const page = readFileSync(new URL('../../../../docs/sops.md', import.meta.url), 'utf8')

/** The blocks of a language that the page has, in order. */
function blocks(language: string): string[] {
  return Array.from(
    page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms')),
    ([, text = '']) => text,
  )
}

const [sop = ''] = blocks('markdown')

/** The words of a command, as a shell reads them. */
function words(line: string): string[] {
  const command = line.replace(/\s+#.*$/, '')
  return Array.from(command.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '')
}

it('the SOP that the page shows has no faults', () => {
  expect(lintSop(sop, { path: 'release-notes.sop.md', strict: true }).diagnostics).toEqual([])
})

it('the commands that the page shows work, one after the other', async () => {
  const { ion } = projectWith({ 'agent-sops/release-notes.sop.md': sop })
  const lines = blocks('sh').flatMap((block) => block.trim().split('\n'))
  expect(lines.length).toBeGreaterThan(15)
  for (const line of lines) {
    const [program, ...args] = words(line.replace("'claude -p'", 'cat'))
    expect(program).toBe('ion')
    expect({ line, ...(await ion(...args)) }).toMatchObject({ line, exitCode: 0 })
  }
})

it('the page speaks of every subcommand and option that there is', async () => {
  const { ion } = projectWith({})
  const shown = async (...args: string[]) => (await ion(...args, '--help')).stdout
  const list = (await shown('sop')).split('Commands:\n')[1]?.split('\n\n')[0] ?? ''
  const subcommands = Array.from(list.matchAll(/^ {2}(\w+)/gm), ([, name = '']) => name)
  expect(subcommands.length).toBeGreaterThan(5)
  for (const name of subcommands) {
    expect(page).toContain(`ion sop ${name}`)
    const options = (await shown('sop', name)).split('Options:\n')[1]?.split('\n\n')[0] ?? ''
    for (const [option] of options.matchAll(/--[a-z-]+/g))
      if (option !== '--help') expect(page).toContain(option)
  }
})
