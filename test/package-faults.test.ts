import { describe, expect, it } from 'vitest'

interface Packed {
  manifest: { [key: string]: unknown }
  files: Map<string, string>
  byName?: string[]
}
const { packageFaults }: { packageFaults(packed: Packed): string[] } = await import(
  new URL('../scripts/package-faults.mjs', import.meta.url).href
)

/** A package without a fault, with something added or replaced. */
function packageWith(
  manifest: { [key: string]: unknown } = {},
  files: { [path: string]: string } = {},
): Packed {
  return {
    manifest: {
      name: '@ion/sample',
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=22' },
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      dependencies: { zod: '^4.0.0' },
      ...manifest,
    },
    files: new Map(
      Object.entries({
        'README.md': '# sample',
        LICENSE: 'MIT',
        'dist/index.js': "import { z } from 'zod'\nimport { join } from 'node:path'\nexport { z, join }",
        'dist/index.d.ts': "export { z } from 'zod'",
        ...files,
      }),
    ),
  }
}

describe('the check of packed packages', () => {
  it('lets a sound package pass', () => {
    expect(packageFaults(packageWith())).toEqual([])
  })

  it.each([
    ['dist/engine.wasm', 'WebAssembly'],
    ['dist/better_sqlite3.node', 'native addon'],
    ['src/index.ts', 'source'],
    ['dist/index.test.js', 'test'],
  ])('refuses %s', (path, why) => {
    expect(packageFaults(packageWith({}, { [path]: '' }))).toEqual([expect.stringContaining(why)])
  })

  it.each(['README.md', 'LICENSE'])('misses %s', (path) => {
    const packed = packageWith()
    packed.files.delete(path)
    expect(packageFaults(packed)).toEqual([`${path} is missing`])
  })

  it.each([
    [{ main: './dist/index.js' }, '"main"'],
    [{ sideEffects: undefined }, '"sideEffects"'],
    [{ type: 'commonjs' }, '"type"'],
    [{ exports: { '.': { 'ion-source': './src/index.ts', default: './dist/index.js' } } }, 'sources'],
    [{ exports: './dist/gone.js' }, 'not there'],
    [{ bin: { sample: './dist/index.js' } }, 'begin with #!'],
  ])('refuses a package.json with %j', (manifest, why) => {
    expect(packageFaults(packageWith(manifest))).toEqual([expect.stringContaining(why)])
  })

  it.each([
    ['an import', { 'dist/more.js': "import 'yaml'" }],
    ['an import when it is needed', { 'dist/more.js': "export const load = () => import('yaml')" }],
    ['an import of types', { 'dist/more.d.ts': "import type { Node } from 'yaml'\nexport type A = Node" }],
    ['a re-export of a part', { 'dist/more.js': "export * from 'yaml/util'" }],
  ])('finds that %s is not declared', (_what, files) => {
    expect(packageFaults(packageWith({}, files))).toEqual(['yaml is imported and not declared'])
  })

  it('finds what is declared for nothing, unless it is loaded by name', () => {
    const packed = packageWith({ dependencies: { zod: '^4.0.0', yaml: '^2.0.0' } })
    expect(packageFaults(packed)).toEqual(['yaml is declared and not imported'])
    expect(packageFaults({ ...packed, byName: ['yaml'] })).toEqual([])
  })

  it('refuses a range that only the workspace knows', () => {
    expect(packageFaults(packageWith({ dependencies: { zod: 'workspace:^' } }))).toEqual([
      'zod has the range workspace:^',
    ])
  })
})
