import { describe, expect, it } from 'vitest'
import { describeSop, skillName } from './described-sop.ts'

describe('the name of a skill', () => {
  it.each([
    ['release-notes', 'release-notes'],
    ['Release  notes!', 'release-notes'],
    ['Café_2', 'cafe-2'],
    ['--x--', 'x'],
  ])('of %j is %j', (name, expected) => {
    expect(skillName(name)).toBe(expected)
  })

  it('is never longer than 64 characters, and never the same for two that differ at their ends', () => {
    const long = 'a-very-long-name-'.repeat(6)
    const names = [`${long}one`, `${long}two`, '手順', '説明'].map(skillName)
    expect(new Set(names).size).toBe(4)
    for (const name of names) expect(name).toMatch(/^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/)
  })
})

describe('the description of a SOP', () => {
  const describedAs = async (text: string) =>
    (await describeSop({ path: 'x.sop.md', text })).described?.description

  it('is that of its frontmatter, its overview in one line, its title, or its name', async () => {
    expect(await describedAs('---\ndescription: Mine\n---\n# T\n\n## Overview\n\nO.\n')).toBe('Mine')
    expect(await describedAs('# T\n\n## Overview\n\nOne:\n\ntwo <b>three</b>.\n')).toBe('One: two bthree/b.')
    expect(await describedAs('# T\n\nText.\n')).toBe('T')
    expect(await describedAs('Text.\n')).toBe('x')
  })

  it('ends between two words where it is too long', async () => {
    const description = (await describedAs(`# T\n\n## Overview\n\n${'word '.repeat(400)}\n`)) ?? ''
    expect(description).toMatch(/^(?:word )+word…$/)
    expect(description.length).toBeLessThanOrEqual(1024)
    expect(description.length).toBeGreaterThan(1000)
  })
})

it('a file with nothing in it is told', async () => {
  expect(await describeSop({ path: '/tmp/x.sop.md', text: '\n' })).toMatchObject({
    described: null,
    fault: expect.stringContaining('x.sop.md: '),
  })
})
