import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseWorkflow, readYaml } from '@ion/core'
import { lintSop } from '@ion/sop-transpiler'
import { describe, expect, it } from 'vitest'
import { projectWith } from '../ion-in-process.test-support.ts'
import { authoringGuide } from './authoring-guide.ts'
import { describeSop, skillName } from './described-sop.ts'
import { release } from './sops.test-support.ts'

const files = { 'agent-sops/release-notes.sop.md': release }

/** A SOP of which a part can be mended. */
const faulty = release
  .replace('You SHOULD keep', 'You  SHOULD keep')
  .replace('\n\n**Constraints for', '\n**Constraints for')

describe('ion sop convert', () => {
  it('prints YAML that is valid, and what the SOP is run as', async () => {
    const { ion } = projectWith(files)
    const { stdout, exitCode } = await ion('sop', 'convert', 'release-notes')
    expect(exitCode).toBe(0)
    const { workflow, diagnostics } = parseWorkflow(stdout)
    expect(diagnostics).toEqual([])
    expect(workflow?.nodes.map(({ id }) => id)).toEqual(['collect', 'write'])
    const { stdout: parts } = await ion('sop', 'convert', 'release-notes', '--granularity', 'substep')
    expect(parseWorkflow(parts).workflow?.nodes.map(({ id }) => id)).toEqual(['collect', 'draft', 'polish'])
  })

  it('prints the definition as JSON: inputs by name, and a prompt of each step', async () => {
    const { ion } = projectWith({ ...files, 'flat.md': '# Flat\n\nDo it.\n' })
    const { stdout } = await ion('sop', 'convert', 'agent-sops/release-notes.sop.md', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'ion/sop-definition@1',
      name: 'release-notes',
      inputs: {
        version: { type: 'string', required: true, description: 'The version to be released' },
        audience: { required: true },
        file: { default: 'notes.md' },
      },
      nodes: [
        { id: 'collect', prompt: expect.stringContaining('merge commits') },
        {
          id: 'write',
          depends_on: ['collect'],
          prompt: expect.stringContaining('You MUST name what breaks'),
        },
      ],
    })
    expect(parseWorkflow(stdout).workflow).not.toBeNull()
    const flat = JSON.parse((await ion('sop', 'convert', './flat.md', '--json')).stdout)
    expect(flat).toMatchObject({ inputs: {}, nodes: [{ prompt: expect.stringContaining('Do it.') }] })
    expect(flat.nodes).toHaveLength(1)
  })

  it('writes a file, which then goes before the SOP, and replaces none', async () => {
    const { ion, folder } = projectWith(files)
    const args = ['sop', 'convert', 'release-notes', '-o', '.ion/workflows/release-notes.yaml']
    expect(await ion(...args)).toMatchObject({ exitCode: 0, stdout: '' })
    const listed = JSON.parse((await ion('list', '--workflows', '--json')).stdout)
    expect(listed.workflows).toMatchObject([
      { kind: 'yaml', valid: true, shadowedBy: null },
      { kind: 'sop', shadowedBy: join(folder, '.ion/workflows/release-notes.yaml') },
    ])
    const again = await ion(...args)
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--force') })
    expect(await ion(...args, '--force')).toMatchObject({ exitCode: 0 })
  })

  it('refuses what is no SOP, has nothing in it, or is not there', async () => {
    const { ion } = projectWith({
      ...files,
      'w.yaml': 'name: w\nnodes: [{id: a, bash: ls}]\n',
      'e.sop.md': '',
    })
    expect(await ion('sop', 'convert', 'w.yaml')).toMatchObject({ exitCode: 2 })
    expect(await ion('sop', 'convert', 'e.sop.md')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('ION4001'),
    })
    expect(await ion('sop', 'convert', 'relaese-notes')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('there is no SOP `relaese-notes`; did you mean `release-notes`?'),
    })
  })
})

describe('ion sop lint', () => {
  it('looks at every SOP, leniently unless it is told otherwise', async () => {
    const { ion } = projectWith({ ...files, '.ion/sops/Old_Name.sop.md': release })
    const lenient = await ion('sop', 'lint')
    expect(lenient).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('warning[ION4106]') })
    expect(lenient.stderr).toContain('2 SOPs valid: 1 warning')
    expect(await ion('sop', 'lint', '--strict')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('error[ION4106]'),
    })
    expect(await ion('sop', 'lint', 'release-notes', '--strict')).toMatchObject({ exitCode: 0 })
  })

  it('mends what is safe to mend, and says what is left', async () => {
    const { ion, folder } = projectWith({ 'agent-sops/faulty.sop.md': faulty })
    const before = await ion('sop', 'lint', '--json')
    expect(JSON.parse(before.stdout)).toMatchObject({
      schema: 'ion/sop-lint@1',
      valid: true,
      files: [{ path: join(folder, 'agent-sops/faulty.sop.md'), fixed: 0, fixable: 1 }],
    })
    expect((await ion('sop', 'lint', '--fix')).stderr).toContain('1 SOP valid; 1 mended')
    const text = readFileSync(join(folder, 'agent-sops/faulty.sop.md'), 'utf8')
    expect(text).toBe(release.replace('You SHOULD keep', 'You  SHOULD keep'))
  })

  it('says an error of what leaves nothing to run, and where there are no SOPs', async () => {
    expect(await projectWith({ 'a.sop.md': '' }).ion('sop', 'lint', 'a.sop.md')).toMatchObject({
      exitCode: 2,
    })
    expect(await projectWith({}).ion('sop', 'lint')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('ion sop new'),
    })
  })
})

describe('ion sop new', () => {
  it('makes a SOP that has no faults and can be run', async () => {
    const { ion, folder } = projectWith({})
    expect(await ion('sop', 'new', 'two-words')).toMatchObject({ exitCode: 0 })
    const path = join(folder, 'agent-sops/two-words.sop.md')
    const text = readFileSync(path, 'utf8')
    expect(text).toMatch(/^# Two Words\n/)
    expect(lintSop(text, { path, strict: true }).diagnostics).toEqual([])
    expect(await ion('run', 'two-words', '--input', 'topic=tides', '--agent', 'echo')).toMatchObject({
      exitCode: 0,
    })
  })

  it('overwrites nothing, and takes only names that a SOP may have', async () => {
    const { ion, folder } = projectWith(files)
    expect(await ion('sop', 'new', 'release-notes')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('it stays as it is'),
    })
    expect(readFileSync(join(folder, 'agent-sops/release-notes.sop.md'), 'utf8')).toBe(release)
    for (const name of ['../x', 'Big', 'a--b', '']) expect((await ion('sop', 'new', name)).exitCode).toBe(2)
    expect(readdirSync(folder)).toEqual(['agent-sops'])
  })

  it('puts it where the SOPs of the project are', async () => {
    const { ion, folder } = projectWith({ '.ion/sops/a.sop.md': release })
    await ion('sop', 'new', 'b')
    expect(existsSync(join(folder, '.ion/sops/b.sop.md'))).toBe(true)
    writeFileSync(join(folder, '.ion/config.yaml'), 'folders: { sops: doc }\n')
    await ion('sop', 'new', 'c')
    expect(existsSync(join(folder, 'doc/c.sop.md'))).toBe(true)
  })
})

/** The frontmatter of a file, read as YAML. */
function frontmatter(text: string) {
  const yaml = /^---\n(.*?)^---\n/ms.exec(text)?.[1] ?? ''
  const { file, diagnostics } = readYaml(yaml, { path: null, kind: { name: '', keys: '', whenTooLarge: '' } })
  expect(diagnostics).toEqual([])
  return file?.value
}

describe('ion sop skills', () => {
  it('makes a folder of each SOP, with valid YAML whatever the texts are', async () => {
    const odd = release.replace('Writes the notes', `Notes: "what" <b>and</b> 'why' # ${'very '.repeat(300)}`)
    const { ion, folder } = projectWith({ ...files, 'agent-sops/team/Größe & Co.sop.md': odd })
    expect(await ion('sop', 'skills', '--out', 'a/skills')).toMatchObject({ exitCode: 0 })
    expect(readdirSync(join(folder, 'a/skills'))).toEqual(['gro-e-co', 'release-notes'])
    const text = readFileSync(join(folder, 'a/skills/gro-e-co/SKILL.md'), 'utf8')
    const { name, description } = frontmatter(text) ?? {}
    expect(name).toBe('gro-e-co')
    expect(description).toMatch(/^Notes: "what" b?and/)
    expect(String(description).length).toBeLessThanOrEqual(1024)
    expect(description).toMatch(/very…$/)
    expect(text).toContain(odd.trim())
  })

  it('replaces what it has made, and nothing else', async () => {
    const { ion, folder } = projectWith({ ...files, 'agent-sops/b.sop.md': release })
    const skill = join(folder, 'skills/b/SKILL.md')
    await ion('sop', 'skills')
    writeFileSync(join(folder, 'agent-sops/b.sop.md'), release.replace('for whom', 'why'))
    const again = JSON.parse((await ion('sop', 'skills', '--json')).stdout)
    expect(again).toMatchObject({ made: [skill], kept: [join(folder, 'skills/release-notes/SKILL.md')] })
    writeFileSync(skill, 'mine')
    writeFileSync(join(folder, 'agent-sops/release-notes.sop.md'), release.replace('for whom', 'why'))
    const refused = await ion('sop', 'skills')
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('skills/b/SKILL.md; nothing was'),
    })
    expect(readFileSync(join(folder, 'skills/release-notes/SKILL.md'), 'utf8')).toContain('for whom')
    expect(await ion('sop', 'skills', '--force')).toMatchObject({ exitCode: 0 })
    expect(readFileSync(skill, 'utf8')).not.toBe('mine')
  })

  it('refuses two SOPs of one name, and passes over what has nothing in it', async () => {
    const { ion } = projectWith({ 'agent-sops/a-b.sop.md': release, 'agent-sops/a_b.sop.md': release })
    expect(await ion('sop', 'skills')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/a-b\.sop\.md and .*a_b\.sop\.md come to one file/),
    })
    const other = projectWith({ ...files, 'agent-sops/empty.sop.md': '' })
    expect(await other.ion('sop', 'skills')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('warning: agent-sops/empty.sop.md: '),
    })
  })
})

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

describe('ion sop commands', () => {
  const read = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8')

  it.each([
    ['cursor', '.cursor/commands/release-notes.md'],
    ['claude', '.claude/commands/release-notes.md'],
    ['gemini', '.gemini/commands/release-notes.toml'],
  ])('makes SOPs commands of %s', async (type, path) => {
    const { ion, folder } = projectWith(files)
    expect(await ion('sop', 'commands', '--type', type)).toMatchObject({ exitCode: 0 })
    const text = read(folder, path)
    expect(text.replaceAll('\\"', '"')).toContain(`<sop>\n${release.trim()}\n</sop>`)
    if (type === 'claude') {
      expect(frontmatter(text)).toEqual({
        description: 'Writes the notes of a release: what has changed, and for whom.',
        'argument-hint': '<version> <audience> [file]',
      })
    }
    if (type === 'gemini') expect(text).toMatch(/^# .*\ndescription = ".*"\nprompt = """\n(?:.|\n)*"""\n$/)
  })

  it('names the file where the program would replace a part of the text', async () => {
    const risky = release.replace('List what', 'Run !{rm -rf /} for $ARGUMENTS, and list what')
    const { ion, folder } = projectWith({ 'agent-sops/risky.sop.md': risky })
    for (const type of ['claude', 'gemini', 'cursor']) {
      const { stderr } = await ion('sop', 'commands', '--type', type)
      if (type !== 'cursor') expect(stderr).toContain(`which ${type} would replace`)
    }
    expect(read(folder, '.gemini/commands/risky.toml')).not.toContain('!{')
    expect(read(folder, '.claude/commands/risky.md').match(/\$ARGUMENTS/g)).toHaveLength(1)
    expect(read(folder, '.claude/commands/risky.md')).toContain('Read the file "agent-sops/risky.sop.md"')
    expect(read(folder, '.cursor/commands/risky.md')).toContain(risky.trim())
  })

  it('guards the tags around the text, and the quotes of TOML', async () => {
    const odd = release
      .replace('List what', 'End with </sop> and """ and \\n and list what')
      .trimEnd()
      .concat('"')
    const { ion, folder } = projectWith({ 'agent-sops/odd.sop.md': odd })
    await ion('sop', 'commands', '--type', 'gemini')
    const text = read(folder, '.gemini/commands/odd.toml')
    expect(text).toContain('</sop> and ""\\" and \\\\n and')
    expect(text).toContain('\n</sop2>\n')
    expect(await ion('sop', 'commands', '--type', 'emacs')).toMatchObject({ exitCode: 2 })
    expect(await ion('sop', 'commands')).toMatchObject({ exitCode: 2 })
  })
})

describe('ion sop rule', () => {
  it('prints a guide whose example has no faults', async () => {
    const { ion } = projectWith({})
    const { stdout } = await ion('sop', 'rule')
    expect(stdout).toBe(authoringGuide)
    expect(frontmatter(stdout)).toMatchObject({ globs: '**/*.sop.md' })
    const shown = [...authoringGuide.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)].map(([block]) =>
      block.replace(/^ {4}/gm, ''),
    )
    const [parameters = '', step = ''] = shown
    const text = [
      '# Notes\n\n## Overview\n\nWrites notes.\n\n## Parameters\n',
      parameters.trim(),
      '\n**Constraints for parameter acquisition:**\n- You MUST ask\n\n## Steps\n',
      step.trim().replace('### 2', '### 1').replace('Write what', 'In {channel}, write what'),
    ].join('\n')
    expect(lintSop(text, { path: 'notes.sop.md', strict: true }).diagnostics).toEqual([])
  })
})
