import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseWorkflow } from './parse-workflow.ts'

/** Workflows that other people wrote, beside the checkout; they are no part of the project. */
const corpus = new URL('../../../../shared/corpus/archon/', import.meta.url)
const notSupported = 'ION1105'

const expectedSchema = z.object({
  files: z.array(
    z.object({ file: z.string(), verdict: z.enum(['accept', 'reject']), nodes: z.number().optional() }),
  ),
})

function cases() {
  const path = new URL('expected.json', corpus)
  if (!existsSync(path)) {
    console.log(`skipped the corpus of workflows: ${fileURLToPath(path)} is not there`)
    return []
  }
  return expectedSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).files
}

function errorsOf(file: string) {
  const text = readFileSync(new URL(file, corpus), 'utf8')
  return parseWorkflow(text, { path: file }).diagnostics.filter(({ severity }) => severity === 'error')
}

/** The key that a diagnostic is about. */
const keyOf = ({ message }: { message: string }) => /`(.*?)`/.exec(message)?.[1] ?? message

const files = cases()

describe.skipIf(files.length === 0)('workflows that other people wrote', () => {
  const accepted = files.filter(({ verdict }) => verdict === 'accept').map(({ file }) => file)
  const rejected = files.filter(({ verdict }) => verdict === 'reject').map(({ file }) => file)

  it.each(accepted)('%s is valid, or uses only what is not supported yet', (file) => {
    expect(errorsOf(file).filter(({ code }) => code !== notSupported)).toEqual([])
  })

  it('have all their nodes read', () => {
    for (const { file, nodes } of files) {
      const text = readFileSync(new URL(file, corpus), 'utf8')
      const { workflow } = parseWorkflow(text, { path: file })
      if (workflow && nodes !== undefined) expect([file, workflow.nodes.length]).toEqual([file, nodes])
    }
  })

  it.each(rejected)('%s is refused at a place', (file) => {
    const errors = errorsOf(file)
    expect(errors.length).toBeGreaterThan(0)
    for (const { path, range } of errors) {
      expect(path).toBe(file)
      expect(range.start.line).toBeGreaterThan(0)
    }
  })

  it('are for the most part valid', () => {
    const stopped = accepted.flatMap((file) => {
      const keys = new Set(errorsOf(file).map(keyOf))
      return keys.size === 0 ? [] : [`${file}: ${[...keys].join(', ')}`]
    })
    const valid = accepted.length - stopped.length
    console.log(
      [`${valid} of ${accepted.length} are valid; stopped by a key not supported yet:`, ...stopped].join(
        '\n  ',
      ),
    )
    expect(valid).toBeGreaterThan(stopped.length)
  })
})
