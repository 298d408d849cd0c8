import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Bench, openBench } from '../run-fixture.test-support.ts'

const nasty = `it's "quoted" \${x} \`x\` {x} {{x}} %s $& $$ $1 \\n \\\\ \\N{BULLET} \\u0041 ''' """ */ // # é 💥 \u2028 \u2029 ‮ \t tab \v \f
\r
"""; import os; os.abort() #
'''; process.exit(3); //
`
const megabyte = nasty.repeat(Math.ceil(1_000_000 / Buffer.byteLength(nasty)))
/** The output of a script that ends in a newline loses that one. */
const expected = megabyte.slice(0, -1)

const bunFolder = join(dirname(createRequire(import.meta.url).resolve('bun/package.json')), '../.bin')
const env = { ...process.env, PATH: `${bunFolder}:${process.env.PATH}` }

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
  await writeFile(join(bench.cwd, 'hostile.txt'), megabyte)
})

async function passed(runtime: string, script: string, options: { with?: string } = {}) {
  const result = await bench.run(
    `
- id: source
  bash: cat hostile.txt
- id: sink
  depends_on: [source]
  runtime: ${runtime}
  ${options.with ?? 'with: {}'}
  script: |
    ${script.replaceAll('\n', '\n    ')}`,
    { env },
  )
  expect(result.error).toBeNull()
  expect(result.outputs.get('source')).toBe(expected)
  return result.outputs.get('sink')
}

const write = (value: string) => `process.stdout.write(${value})`
const print = (value: string) => `import sys; sys.stdout.buffer.write((${value}).encode())`

describe.each(['node', 'bun'])('a megabyte of hostile text passes unchanged into %s', (runtime) => {
  it.each([
    ['code', '$source.output'],
    ["'…'", "'$source.output'"],
    ['"…"', '"$source.output"'],
    ['`…`', '`$source.output`'],
    ['a template literal inside of one', '`${`$source.output`}`'],
  ])('in %s', async (_, value) => {
    expect(await passed(runtime, write(value))).toBe(expected)
  })

  it('by a file that the environment names', async () => {
    const script = `import { readFileSync } from 'node:fs'
if (process.env.INPUTS_TEXT !== undefined) throw new Error('too long for an environment')
${write("readFileSync(process.env.INPUTS_TEXT_FILE, 'utf8')")}`
    expect(await passed(runtime, script, { with: 'with: { text: $source.output }' })).toBe(expected)
  })
})

describe('a megabyte of hostile text passes unchanged into Python', () => {
  it.each([
    ['code', '$source.output'],
    ["'…'", "'$source.output'"],
    ['"…"', '"$source.output"'],
    ["'''…'''", "'''$source.output'''"],
    ['"""…"""', '"""$source.output"""'],
    ["f'…'", 'f\'$source.output{""}\''],
    ['f"""…"""', 'f"""$source.output"""'],
  ])('in %s', async (_, value) => {
    expect(await passed('python', print(value))).toBe(expected)
  })

  it('by a file that the environment names', async () => {
    const script = `import os
assert 'INPUTS_TEXT' not in os.environ
${print("open(os.environ['INPUTS_TEXT_FILE'], newline='', encoding='utf8').read()")}`
    expect(await passed('python', script, { with: 'with: { text: $source.output }' })).toBe(expected)
  })
})

describe('the environment of a script', () => {
  it.each([
    ['node', write('process.env.INPUTS_TEXT')],
    ['bun', write('process.env.INPUTS_TEXT')],
    ['python', `import os\n${print("os.environ['INPUTS_TEXT']")}`],
  ])('holds hostile text of ordinary length as it is: %s', async (runtime, script) => {
    await writeFile(join(bench.cwd, 'hostile.txt'), nasty)
    const result = await bench.run(
      `
- id: source
  bash: cat hostile.txt
- id: sink
  depends_on: [source]
  runtime: ${runtime}
  with: { text: $source.output }
  script: |
    ${script.replaceAll('\n', '\n    ')}`,
      { env },
    )
    expect(result.outputs.get('sink')).toBe(nasty.slice(0, -1))
  })

  it('gives a file for what is too long, to bash beside the variable', async () => {
    const script = `cmp "$ARGUMENTS_FILE" <(printf '%s' "$ARGUMENTS") && wc -c < "$ARGUMENTS_FILE"`
    const result = await bench.run(`- id: a\n  bash: |\n    ${script}`, { env, arguments: expected })
    expect(Number(result.outputs.get('a'))).toBe(Buffer.byteLength(expected))
  })

  it('can not hold a NUL, and says so', async () => {
    const result = await bench.run(
      `
- id: source
  bash: printf 'a\\0b'
- id: sink
  depends_on: [source]
  runtime: node
  with: { text: $source.output }
  script: |
    console.log(1)`,
      { env },
    )
    expect(result.nodes.get('sink')).toMatchObject({
      payload: {
        error: { code: 'nul_in_environment', message: expect.stringContaining('INPUTS_TEXT') },
      },
    })
  })
})
