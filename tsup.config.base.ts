import { defineConfig, type Options } from 'tsup'

/**
 * The build every package shares: ESM for Node 22 and later, declarations, source maps.
 *
 * @param entry - The package's entry points; each becomes a file of the same name in `dist`.
 */
export function packageBuild(entry: string[] = ['src/index.ts']) {
  const options: Options = {
    entry,
    format: 'esm',
    target: 'node22',
    platform: 'node',
    dts: { compilerOptions: { customConditions: [] } },
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
  }
  return defineConfig(options)
}
