// Reads and runs through the transpiler far more random texts than the tests do; says which took longest, and how the time
// grows from 10 kB to 100 kB. More than 15 times is looked into.
//
//   node scripts/fuzz.mjs [count, 100,000 by default]
import { spawnSync } from 'node:child_process'

const [count = '100000'] = process.argv.slice(2)
const { status } = spawnSync(
  'npx',
  [
    'vitest',
    'run',
    '--config',
    'vitest.workspace.ts',
    '--project',
    'unit',
    'packages/sop-transpiler/src/fuzz.test.ts',
  ],
  { stdio: 'inherit', env: { ...process.env, FUZZ_RUNS: count }, shell: process.platform === 'win32' },
)
process.exitCode = status ?? 1
