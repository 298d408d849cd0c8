import { describe, expect, it } from 'vitest'
import { corpusFiles, corpusText, type ExpectedSop } from './corpus.test-support.ts'
import type { SopModel } from './model.ts'
import { parseSop } from './parse-sop.ts'
import { renderPrompt } from './render-prompt.test-support.ts'
import { transpileSop } from './transpile-sop.ts'

const files = corpusFiles()

/** Where the list names what is no parameter or no step, as the source shows: the parameters and the numbers of the steps. */
const wrong: Record<string, { parameters?: string[]; steps?: string[] }> = {
  // Line 427: a heading without a number among numbered ones is a table of step 5.
  'opensearch-project+opensearch-migrations__agent-sops__opensearch-migration-assistant-eks.sop.md': {
    steps: ['0', '1', '2', '3', '5', '6', '7', '8', '9', '10'],
  },
  // Line 22: the label without an empty line before it begins the rules, which are no parameters.
  'pete-afk+expert-alf-toolkit__agent-sops__stage1-clustering.sop.md': {
    parameters: 'input_file output_dir company sample_size tagging_mode k k_range cache_dir'.split(' '),
  },
  // Lines 13 to 18: what is given, in sentences. Line 63: criteria of step 5.
  'strands-agents+devtools__strands-command__agent-sops__task-dependabot-analyze.sop.md': {
    parameters: [],
    steps: ['1', '2', '3', '4', '5'],
  },
}

/** Where the source has more steps than the list names: the numbers of all. What the list names is there too. */
const more: Record<string, string[]> = {
  // Lines 10 to 33: the procedure is an ordered list; the list of steps only knows headings, and is empty.
  'bcheld+swarmee-river__sops__bugfix.sop.md': ['1', '2', '3', '4', '5'],
  // Lines 13 to 31: the same.
  'bcheld+swarmee-river__sops__code-change.sop.md': ['1', '2', '3', '4', '5'],
  // Lines 357 and 370: broken fences since line 221 hide that the steps go on.
  'strands-agents+agent-sop__mcp__sops__pdd.sop.md': ['1', '2', '3', '4', '5', '6', '7', '7.1', '8', '9'],
}

const known = new Map<string, SopModel>()

/** A SOP as it is; read once for all tests. */
function read(file: string): SopModel {
  const sop = known.get(file) ?? readText(file, corpusText(file))
  known.set(file, sop)
  return sop
}

function readText(file: string, text: string): SopModel {
  return parseSop(text, { path: file }).sop
}

/** Those that are read several times. */
const often = process.env.ION_LONG ? files : files.filter((_, index) => index % 8 === 0)

/** Steps and those sub-steps whose headings have the same level. */
function headingsOf({ steps }: SopModel) {
  const depth = steps[0]?.depth
  return steps.flatMap((step) => [step, ...step.substeps.filter((part) => part.depth === depth)])
}

function nameOf({ name, unparsed = '' }: ExpectedSop['parameters'][number]): string {
  return name ?? /^\*\*(.+?)\*\*/.exec(unparsed)?.[1] ?? unparsed
}

/** What is the same in every way to write the same document. */
function outline(sop: SopModel) {
  return {
    title: sop.title?.text,
    parameters: sop.parameters.map(({ name, required, default: preset, values }) => ({
      name,
      required,
      preset: preset?.text,
      values: values.map(({ value }) => value),
    })),
    steps: [...sop.steps, ...sop.steps.flatMap(({ substeps }) => substeps)].map((step) => ({
      heading: step.heading,
      line: step.range.start.line,
      constraints: step.constraints.map(({ level, range }) => [level, range.start.line]),
    })),
    sections: sop.sections.map(({ heading, references }) => [heading, references]),
  }
}

describe.skipIf(files.length === 0)('SOPs that other people wrote', () => {
  it.each(files)('$file has its title, parameters and steps', (expected) => {
    const { file } = expected
    const sop = read(file)
    const { parameters = expected.parameters.map(nameOf), steps } = wrong[file] ?? {}
    expect(sop.title?.text).toBe(expected.title)
    expect(sop.parameters.map(({ name }) => name)).toEqual(parameters)
    const headings = headingsOf(sop).map(({ heading }) => heading)
    const named = expected.steps.map(({ heading }) => heading)
    const all = steps ?? more[file]
    if (all) expect(sop.steps.map(({ number }) => number)).toEqual(all)
    else expect(headings).toEqual(named)
    if (more[file]) expect(headings.filter((heading) => named.includes(heading))).toEqual(named)
  })

  it.each(files)('$file has the defaults and qualifiers that its author wrote', ({ file, parameters }) => {
    const sop = read(file)
    for (const { name, qualifier, default: preset } of parameters) {
      const parameter = sop.parameters.find((one) => one.name === name)
      if (parameter === undefined || !qualifier) continue
      if (/^(required|optional)/.test(qualifier)) {
        expect([name, parameter.required]).toEqual([name, qualifier.startsWith('required')])
      }
      if (preset) expect([name, parameter.default?.text]).toEqual([name, preset])
    }
  })

  it('differ from the list in no more files than are named', () => {
    const names = new Set(files.map(({ file }) => file))
    const named = Object.keys({ ...wrong, ...more })
    expect(named.filter((file) => !names.has(file) || file.startsWith('upstream__'))).toEqual([])
  })

  it.each(files)('$file has all its sub-steps with a number', ({ file, steps }) => {
    const numbered = steps.flatMap(({ substeps }) => substeps.filter((one) => /^h4 \d/.test(one)))
    const sop = read(file)
    const depth = sop.steps[0]?.depth
    const found = sop.steps.flatMap(({ substeps }) => substeps.filter((part) => part.depth !== depth))
    expect(found.map(({ heading }) => `h4 ${heading}`)).toEqual(numbered)
  })

  it.each(often)('$file is the same with other line breaks, a byte order mark, and tabs', ({ file }) => {
    const text = corpusText(file)
    const plain = read(file)
    expect(readText(file, `\uFEFF${text.replaceAll('\n', '\r\n')}`)).toEqual(plain)
    const tabs = text.replace(/^(?: {4})+(?=[-*] )/gm, (spaces) => '\t'.repeat(spaces.length / 4))
    expect(outline(readText(file, tabs))).toEqual(outline(plain))
  })

  it.each(files)('$file has texts that are slices of it', ({ file }) => {
    const lines = corpusText(file).split('\n')
    const sop = read(file)
    for (const { text, range, constraints } of [
      ...sop.steps,
      ...sop.steps.flatMap(({ substeps }) => substeps),
    ]) {
      for (const slice of [{ text, range }, ...constraints]) {
        const { start, end } = slice.range
        const cut = lines.slice(start.line - 1, end.line)
        cut.push((cut.pop() ?? '').slice(0, end.column - 1))
        expect(cut.join('\n').slice(start.column - 1)).toBe(slice.text)
      }
    }
  })

  it.each(files)(
    '$file becomes a workflow with a node for each step, whose prompt has it word for word',
    ({ file }) => {
      const sop = read(file)
      const { nodes, inputs } = transpileSop(sop)
      expect(nodes).toHaveLength(Math.max(1, sop.steps.length))
      expect([...inputs.keys()]).toEqual(sop.parameters.map(({ name }) => name))
      for (const [index, { name, required, default: preset }] of sop.parameters.entries()) {
        const input = [...inputs.values()][index]
        expect([name, input?.required]).toEqual([name, required])
        if (preset?.kind === 'literal') expect([name, input?.default]).toEqual([name, preset.value])
      }
      const values = new Map(sop.parameters.map(({ name }) => [name, `{${name}}`]))
      const prompts = nodes.map((node) => renderPrompt(node, values))
      for (const [index, step] of sop.steps.entries()) {
        expect(prompts[index]).toContain(`<sop-step>\n${step.text}\n</sop-step>`)
      }
      if (sop.steps.length === 0) expect(prompts[0]).toContain(sop.text)
    },
  )
})
