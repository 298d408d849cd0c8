// Runs pnpm commands, one after the other, on a machine that has only Node and npm: pnpm itself comes through
// npx at the version package.json names, and runs every script on the Node that the workspace depends on.
//
//   node scripts/pnpm.mjs install build demo
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))

for (const step of process.argv.slice(2)) {
  const args = step === 'install' ? ['install', '--frozen-lockfile', '--prefer-offline'] : ['run', step]
  const { status, signal, error } = spawnSync('npx', ['--yes', packageManager, ...args], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, npm_config_yes: 'true' },
  })
  if (error) throw error
  if (signal) process.kill(process.pid, signal)
  if (status !== 0) process.exit(status ?? 1)
}
