import { describe, expect, it } from 'vitest'
import { hidePasswords } from './process-title.ts'

async function titleFor(...args: string[]): Promise<string> {
  const shown = { argv: ['/usr/bin/node', '/usr/bin/ion', ...args], title: 'as it was' }
  await hidePasswords(shown)
  return shown.title
}

describe('what ps shows', () => {
  it('is the command without the password of its store', async () => {
    expect(await titleFor('list', '--store', 'postgres://u:hunter2@h/db')).toBe(
      '/usr/bin/node /usr/bin/ion list --store postgres://u:***@h/db',
    )
    expect(await titleFor('--store=postgres://u:hunter2@h/db', 'list')).not.toContain('hunter2')
  })

  it('is left alone where there is none', async () => {
    expect(await titleFor('list', '--store', 'postgres://u@h/db')).toBe('as it was')
    expect(await titleFor('list')).toBe('as it was')
  })
})
