import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PromptHandler } from './agent/prompt-handler.ts'
import { type Bench, openBench } from './run-fixture.test-support.ts'

const nasty = `it's "quoted" $(touch pwned) \`touch pwned\` $HOME \${HOME} $& $$ $1 \\n \\\\ * ? [a] ~ ! # % é 💥 ‮ \t tab
\r
- next 'line' "; rm -rf x; echo " EOF
EOF
`
const megabyte = nasty.repeat(Math.ceil(1_000_000 / Buffer.byteLength(nasty)))

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
  await writeFile(join(bench.cwd, 'hostile.txt'), megabyte)
})

/** The output of a script that ends in a newline loses that one, as in every shell. */
const expected = megabyte.slice(0, -1)

describe('a megabyte of hostile text', () => {
  it.each([
    ['bare', `printf '%s' $source.output`],
    ['double-quoted', `printf '%s' "$source.output"`],
    ['single-quoted', `printf '%s' '$source.output'`],
    ['in a here-document', 'cat <<EOF\n    $source.output\n    EOF'],
    ['in a quoted here-document', "cat <<'EOF'\n    $source.output\n    EOF"],
    ['in a command substitution', `printf '%s' "$(printf '%s' "$source.output")"`],
  ])('passes unchanged from one bash node to another: %s', async (_, script) => {
    const result = await bench.run(`
- id: source
  bash: cat hostile.txt
- id: sink
  depends_on: [source]
  bash: |
    ${script}`)
    expect(result.error).toBeNull()
    expect(result.outputs.get('source')).toBe(expected)
    expect(result.outputs.get('sink')).toBe(expected)
  })

  it('passes unchanged into a prompt', async () => {
    let asked = ''
    const prompt: PromptHandler = (request) => {
      asked = request.prompt
      return 'ok'
    }
    await bench.run(
      `
- id: source
  bash: cat hostile.txt
- id: sink
  depends_on: [source]
  prompt: "[$source.output]"`,
      { prompt },
    )
    expect(asked).toBe(`[${expected}]`)
  })

  it('passes unchanged as the arguments of the run, though no environment could hold it', async () => {
    const result = await bench.run(
      `
- id: sink
  bash: printf '%s' "$ARGUMENTS"`,
      { arguments: expected },
    )
    expect(result.outputs.get('sink')).toBe(expected)
  })
})
