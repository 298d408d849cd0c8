import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { parseBashTemplate } from './parse-bash-template.ts'
import { bashAccepts } from './testing/run-in-bash.ts'

const corpus = fileURLToPath(new URL('../../../../../shared/corpus/archon/', import.meta.url))

interface Script {
  name: string
  source: string
  nodeIds: Set<string>
}

const nodesSchema = z.array(
  z.looseObject({
    id: z.string(),
    bash: z.string().optional(),
    loop: z.looseObject({ until_bash: z.string().optional() }).optional(),
  }),
)

function scripts(): Script[] {
  const folders = ['archon/workflows', 'third-party'].filter((folder) => existsSync(join(corpus, folder)))
  return folders.flatMap((folder) =>
    readdirSync(join(corpus, folder))
      .filter((file) => /\.ya?ml$/.test(file))
      .flatMap((file) => scriptsOf(join(corpus, folder, file), file)),
  )
}

function scriptsOf(path: string, file: string): Script[] {
  const document: unknown = parse(readFileSync(path, 'utf8'))
  const nodes = z.object({ nodes: nodesSchema }).safeParse(document).data?.nodes ?? []
  const nodeIds = new Set(nodes.map(({ id }) => id))
  return nodes.flatMap(({ id, bash, loop }) =>
    [bash, loop?.until_bash]
      .filter((source) => source !== undefined)
      .map((source) => ({ name: `${file} ${id}`, source, nodeIds })),
  )
}

const found = scripts()
if (found.length === 0) console.log('0 scripts of other people: ../shared/corpus/archon is not there.')

describe.skipIf(found.length === 0)("other people's bash scripts", () => {
  it('stay as they are where they have no references', () => {
    let unchanged = 0
    for (const { name, source, nodeIds } of found) {
      const { template } = parseBashTemplate(source, { nodeIds, inputs: new Set() })
      if (template.bindings.length > 0) continue
      expect({ name, script: template.script }).toEqual({ name, script: source })
      unchanged++
    }
    console.log(`${unchanged} of ${found.length} scripts have no references.`)
    expect(unchanged).toBeGreaterThan(0)
  })

  it('are refused by bash after Ion has put variables in only if they were before', () => {
    for (const { name, source, nodeIds } of found) {
      const { template } = parseBashTemplate(source, { nodeIds, inputs: new Set() })
      if (template.bindings.length === 0) continue
      expect({ name, accepted: bashAccepts(template.script) }).toEqual({
        name,
        accepted: bashAccepts(source),
      })
      expect(template.script.split('\n').length).toBe(source.split('\n').length)
    }
  })
})
