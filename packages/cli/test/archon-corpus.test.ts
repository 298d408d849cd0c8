import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createProject, ion, jsonLines } from './ion.ts'

/** Workflows that other people wrote, beside the checkout; they are no part of the project. */
const corpus = fileURLToPath(new URL('../../../../shared/corpus/archon/', import.meta.url))

/** Keys that compose workflows of others: a file that needs one may be refused. */
const compositionKeys = ['include', 'workflow', 'loop_group', 'fan_out']

/** The key that is wrong in a refused file, by a part of its name. */
const culprits: { readonly [name: string]: string } = {
  'isee-implement-component': 'steps',
  'isee-implement-phase': 'nodes',
  'platformly-idea-to-pr': 'run',
}

const expectedSchema = z.object({
  files: z.array(
    z.object({
      file: z.string(),
      verdict: z.enum(['accept', 'reject']),
      run: z
        .object({
          arguments: z.string(),
          exitCode: z.number(),
          completed: z.array(z.string()),
          skipped: z.array(z.string()),
        })
        .optional(),
    }),
  ),
})

const validationSchema = z.object({
  valid: z.boolean(),
  files: z.array(
    z.object({
      diagnostics: z.array(
        z.object({
          code: z.string(),
          severity: z.string(),
          message: z.string(),
          hint: z.string().optional(),
          path: z.string(),
          range: z.object({ start: z.object({ line: z.number().min(1), column: z.number().min(1) }) }),
        }),
      ),
    }),
  ),
})

const shownSchema = z.object({
  nodes: z.array(z.object({ path: z.string(), status: z.string() }).loose()),
})

function readExpected() {
  const path = join(corpus, 'expected.json')
  if (!existsSync(path)) {
    console.log(`skipped the corpus of Archon's workflows: ${path} is not there`)
    return []
  }
  return expectedSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).files
}

/** Where a file of the corpus lies in the project: Archon's own files are its `.archon`. */
const placeOf = (file: string) => file.replace(/^archon\//, '.archon/')

const files = readExpected()
/** The short form takes every third: the parser by itself goes through all of them elsewhere. */
const accepted = files
  .filter(({ verdict }) => verdict === 'accept')
  .filter((_, index) => process.env.ION_LONG || index % 3 === 0)
const rejected = files.filter(({ verdict }) => verdict === 'reject')
const runs = files.flatMap(({ file, run }) => (run === undefined ? [] : [{ file, run }]))

describe.skipIf(files.length === 0)('workflows that were written for Archon', () => {
  let cwd = ''

  beforeAll(() => {
    cwd = createProject()
    for (const folder of readdirSync(corpus, { withFileTypes: true })) {
      if (!folder.isDirectory()) continue
      const target = join(cwd, placeOf(`${folder.name}/`))
      mkdirSync(target, { recursive: true })
      cpSync(join(corpus, folder.name), target, { recursive: true })
    }
    execFileSync('git', ['init', '--quiet'], { cwd })
  })

  async function validate(file: string) {
    const { exitCode, stdout } = await ion(['validate', placeOf(file), '--json'], { cwd })
    const { files: checked } = validationSchema.parse(jsonLines(stdout)[0])
    const diagnostics = checked.flatMap((found) => found.diagnostics)
    return { exitCode, errors: diagnostics.filter(({ severity }) => severity === 'error') }
  }

  const valid: string[] = []
  const refused: string[] = []

  it.each(accepted)('$file is valid, or needs other workflows', async ({ file }) => {
    const { exitCode, errors } = await validate(file)
    if (exitCode === 0) {
      expect(errors).toEqual([])
      valid.push(file)
      return
    }
    expect(exitCode).toBe(2)
    const keys = errors.map(({ code, message }) => `${code} ${/`(.*?)`/.exec(message)?.[1]}`)
    refused.push(`${file}: ${keys.join(', ')}`)
    expect(errors.length).toBeGreaterThan(0)
    expect(keys.filter((key) => !compositionKeys.some((known) => key === `ION1105 ${known}`))).toEqual([])
  })

  it('are for the most part valid', () => {
    console.log(
      [`${valid.length} of ${accepted.length} are valid; these compose others:`, ...refused].join('\n  '),
    )
    expect(valid.length).toBeGreaterThan(accepted.length * 0.8)
  })

  it.each(rejected)('$file is refused at a place, for the key that is wrong', async ({ file }) => {
    const { exitCode, errors } = await validate(file)
    expect(exitCode).toBe(2)
    expect(new Set(errors.map(({ path }) => basename(path)))).toEqual(new Set([basename(file)]))
    const culprit = Object.entries(culprits).find(([name]) => file.includes(name))?.[1]
    expect(errors.filter(({ message }) => message.includes(`\`${culprit}\``))).not.toEqual([])
  })

  it.each(runs)('$file runs by its name, as it does there', async ({ file, run }) => {
    const name = /^name: *(\S+)$/m.exec(readFileSync(join(cwd, placeOf(file)), 'utf8'))?.[1] ?? ''
    const ended = await ion(['run', name, run.arguments], { cwd })
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toMatchObject({ exitCode: run.exitCode })
    const shown = await ion(['show', 'latest', '--json'], { cwd })
    const { nodes } = shownSchema.parse(jsonLines(shown.stdout)[0])
    const inState = (state: string) =>
      nodes
        .filter(({ status }) => status === state)
        .map(({ path }) => path)
        .toSorted()
    expect(inState('completed')).toEqual(run.completed.toSorted())
    expect(inState('skipped')).toEqual(run.skipped.toSorted())
    expect(nodes.length).toBe(run.completed.length + run.skipped.length)
  })
})
