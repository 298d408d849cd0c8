// What `npm start` ends with: a workflow of several node types, run by the command line on the file store.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const hello = ['run', 'examples/hello/hello.yaml', '--agent-command', 'bash examples/hello/agent.sh']
const typed = hello.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ')

console.error(`$ npx ion ${typed}\n`)
const { status, signal, error } = spawnSync(process.execPath, ['packages/cli/dist/main.js', ...hello], {
  cwd: root,
  stdio: 'inherit',
  // So that the commands it tells work in this folder, where `ion` is not installed.
  env: { ...process.env, ION_COMMAND: 'npx ion' },
})
if (error) throw error
if (signal) process.kill(process.pid, signal)
if (status !== 0) process.exit(status ?? 1)

console.error(`
What to type next, in this folder:

  npx ion show latest                                      what that run did, and where its files are
  npx ion run examples/release-notes/release-notes.yaml    waits for you: it says how to approve

Kill one and go on:

  node_modules/.bin/ion ${typed} --input pace=3 &
  sleep 6; kill -9 $!
  npx ion resume latest
`)
