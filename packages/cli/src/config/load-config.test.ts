import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CliError } from '../cli-error.ts'
import { loadConfig } from './load-config.ts'

function project(files: { [path: string]: string }): string {
  const root = mkdtempSync(join(tmpdir(), 'ion-config-'))
  mkdirSync(join(root, '.ion'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

/** What is wrong with a YAML configuration: code, stretch of the text, message, hint. */
async function faultsOf(text: string) {
  const error = await loadConfig(project({ '.ion/config.yaml': text })).catch((thrown: unknown) => thrown)
  if (!(error instanceof CliError)) throw new Error('the configuration is valid')
  return (error.facts.diagnostics ?? []).map(({ code, message, hint, range: { start, end } }) => {
    const stretch = text.split('\n')[start.line - 1]?.slice(start.column - 1, end.column - 1)
    return [code, stretch, message, hint]
  })
}

describe('the configuration of a project', () => {
  it('is empty where there is none, and where a file says nothing', async () => {
    expect(await loadConfig(project({}))).toMatchObject({ path: null })
    expect(await loadConfig(project({ '.ion/config.yaml': '# later\n' }))).not.toHaveProperty('agents')
  })

  it('is found from any folder of the project', async () => {
    const root = project({ '.ion/config.yaml': 'store: file:x', 'a/b/c.txt': '' })
    expect(await loadConfig(join(root, 'a/b'))).toMatchObject({ root, store: 'file:x' })
  })

  it.each([
    ['.ion/config.yaml', 'default_agent: a\nagents: {a: {command: [cat, "-"]}}'],
    ['ion.config.mjs', 'export default { default_agent: "a", agents: { a: { command: ["cat", "-"] } } }'],
    [
      'ion.config.ts',
      'const name: string = "a"\nexport default { default_agent: name, agents: { a: { command: ["cat", "-"] } } }',
    ],
  ])('may be %s', async (path, text) => {
    expect(await loadConfig(project({ [path]: text, 'package.json': '{"type":"module"}' }))).toMatchObject({
      default_agent: 'a',
      agents: { a: { command: ['cat', '-'] } },
    })
  })

  it('may have functions for agents, where it is a program', async () => {
    const root = project({ 'ion.config.mjs': 'export default { agents: { a: { prompt: () => "hi" } } }' })
    expect((await loadConfig(root)).agents?.a).toEqual({ prompt: expect.any(Function) })
  })

  it('is one file', async () => {
    const root = project({ '.ion/config.yaml': '', 'ion.config.mjs': '' })
    await expect(loadConfig(root)).rejects.toThrow(
      /more than one configuration: .*config\.yaml and .*ion\.config\.mjs/,
    )
  })
})

describe('a mistake in a configuration', () => {
  it.each([
    ['agent: {}', ['ION3101', 'agent', 'There is no key `agent` here.', 'Did you mean `agents`?']],
    [
      'agents:\n  a: {comand: cat}',
      ['ION3101', 'comand', 'There is no key `comand` here.', 'Did you mean `command`?'],
    ],
    ['agents:\n  a: {input: stdin}', ['ION3102', 'a', '`agents.a.command` is missing.', undefined]],
    [
      'agents: {a: {command: x, input: file}}',
      ['ION3102', 'file', '`agents.a.input` must be `stdin` or `argument`.', undefined],
    ],
    [
      'agents: {a: {command: x, output: {format: json, text: a..b}}}',
      ['ION3102', 'a..b', '`agents.a.output.text` must be a path such as `items[0].text`.', undefined],
    ],
    [
      'agents: {a: {command: x, output: {format: json, text: a, usage: {input: b}}}}',
      ['ION3101', 'input', 'There is no key `input` here.', expect.stringContaining('`input_tokens`')],
    ],
    [
      'agents: {a: {command: x, output: {format: json}}}',
      ['ION3102', 'output', expect.stringContaining('needs `text`'), undefined],
    ],
    ['agents: {echo: {command: x}}', ['ION3102', 'echo', expect.stringContaining('built in'), undefined]],
    ['agents: {a: {prompt: x}}', ['ION3101', 'prompt', 'There is no key `prompt` here.', expect.anything()]],
    ['variables: {BASE: x}', ['ION3101', 'BASE', 'There is no key `BASE` here.', expect.anything()]],
    ['folders: {runs: 7}', ['ION3102', '7', '`folders.runs` must be a text.', undefined]],
    [
      'stores: {"Level:": ./level.ts}',
      ['ION3102', '"Level:"', '`Level:` must be the scheme of a URL, such as `level`.', undefined],
    ],
    ['stores: {level: 7}', ['ION3102', '7', '`stores.level` must be a text.', undefined]],
    ['store: [', ['ION1001', expect.anything(), expect.anything(), expect.anything()]],
    ['- a', ['ION1009', '-', expect.stringContaining('A configuration is a mapping'), undefined]],
  ])('has a place: %s', async (text, fault) => {
    expect(await faultsOf(text)).toContainEqual(fault)
  })

  it('is told of a program too', async () => {
    const load = (text: string) => loadConfig(project({ 'ion.config.mjs': text }))
    await expect(load('export default { agnts: {} }')).rejects.toThrow(
      /ion\.config\.mjs has an error: There is no key `agnts` here/,
    )
    await expect(load('export const config = {}')).rejects.toThrow(/exports nothing by default/)
    await expect(load('export default {')).rejects.toThrow(/can't be loaded/)
  })

  it('is a default agent that is not there', async () => {
    const load = loadConfig(project({ '.ion/config.yaml': 'default_agent: b\nagents: {a: {command: x}}' }))
    await expect(load).rejects.toThrow(/default_agent is "b"/)
  })
})
