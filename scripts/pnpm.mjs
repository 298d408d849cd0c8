// Runs pnpm commands, one after the other, on a machine that has only Node and npm: pnpm itself comes through
// npx at the version package.json names, and runs every script on the Node that the workspace depends on.
//
//   node scripts/pnpm.mjs install build demo
//
// What begins with a dash, and all behind it, is for the last of them.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))

/** Steps that only matter when they fail: one line says what they are, and what they print is kept for a failure. */
const quietSteps = {
  install: 'installing dependencies (a first time downloads about 150 MB)',
  build: 'building the packages',
  // Without declarations, which take most of the time and nothing that runs needs.
  'build:code': 'building the packages',
}

/** The lockfile is taken as it was committed; whoever changes it has pnpm check it against the registry. */
const install = ['install', '--frozen-lockfile', '--prefer-offline', '--trust-lockfile']

const given = process.argv.slice(2)
const dash = given.findIndex((argument) => argument.startsWith('-'))
const steps = (dash < 0 ? given : given.slice(0, dash)).map(inFull)

/** Tests in their long form compile against the declarations, too. */
function inFull(step) {
  return step === 'build:code' && process.env.ION_LONG ? 'build' : step
}

for (const [index, step] of steps.entries()) {
  const rest = index === steps.length - 1 ? given.slice(steps.length) : []
  const args = step === 'install' ? install : ['run', '--silent', step, ...rest]
  const talk = quietSteps[step]
  if (talk) process.stderr.write(`ion: ${talk} … `)
  const startedAt = performance.now()
  const { status, signal, error, stdout, stderr } = spawnSync('npx', ['--yes', packageManager, ...args], {
    cwd: root,
    stdio: talk ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    maxBuffer: Number.POSITIVE_INFINITY,
    shell: process.platform === 'win32',
    env: { ...process.env, npm_config_yes: 'true', npm_config_update_notifier: 'false' },
  })
  if (talk) process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
  if (talk && status !== 0) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
  if (error) throw error
  if (signal) process.kill(process.pid, signal)
  if (status !== 0) process.exit(status ?? 1)
}
