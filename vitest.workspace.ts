import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { makeScratchFolder } from './test/servers/scratch-place.ts'

// For this process, which starts the servers, and for all that it starts. Removed by the global setup when all is over.
process.env.ION_TEST_SCRATCH ??= makeScratchFolder()
process.env.TMPDIR = process.env.ION_TEST_SCRATCH

/**
 * Two projects: `unit` runs on the sources of the packages; `system` spawns what `pnpm build` made.
 * Sources of other packages are found through the export condition `ion-source`, here and in child processes.
 */
const sources = {
  resolve: { conditions: ['ion-source'] },
  // Not `import`: it would reach Node, whose `require` would then be given modules for `import`.
  ssr: { resolve: { conditions: ['ion-source', 'node', 'module'] } },
}

/**
 * Suites of stores first: their files are small, by which an order is made where no earlier run has left its times, and the longest
 * of them would be left to a single worker at the end.
 */
class StoresFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => moduleId.endsWith('/conformance.test.ts')
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    // Also on a machine with two cores: most of the time a test waits for a process it has started.
    maxWorkers: 2,
    sequence: { sequencer: StoresFirst },
    // Once for both projects.
    globalSetup: ['test/servers/global-setup.ts'],
    projects: [
      {
        ...sources,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts'],
          execArgv: ['--conditions=ion-source'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        ...sources,
        test: {
          name: 'system',
          include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          execArgv: ['--conditions=ion-source'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
