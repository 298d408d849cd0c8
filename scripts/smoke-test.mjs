import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { emptyProject, npm } from './empty-project.mjs'
import { checkInstallSizes } from './install-size.mjs'

const workflow = `name: smoke
nodes:
  - id: count
    bash: seq 3
  - id: sum
    depends_on: [count]
    bash: echo "$count.output" | awk '{ sum += $1 } END { print sum }'
`

const sop = '# Smoke\n\n## Steps\n\n### 1. Look\n\nLook at the smoke.\n'

/**
 * Installs the packed command line with npm into an empty project and runs a workflow there: on the workspace's Node,
 * on Node 22, and on the host's where that is too old, to see that it says so. Then the packages of a host with each store.
 *
 * @param {{ packages: { name: string, tarball: string, manifest: object }[], folder: string }} options
 */
export async function smokeTest({ packages, folder }) {
  const project = emptyProject(folder, 'project')
  const wanted = ['cli', 'core', 'executor', 'sop-transpiler', 'store', 'store-fs'].map(
    (name) => `@ion/${name}`,
  )
  const tarballs = packages.filter(({ name }) => wanted.includes(name)).map(({ tarball }) => tarball)
  npm(project, ['install', ...tarballs])
  writeFileSync(join(project, 'smoke.yaml'), workflow)
  writeFileSync(join(project, 'smoke.sop.md'), sop)

  runsWorkflow(process.execPath, project)

  console.log('smoke: fetching Node 22 from npm')
  const older = emptyProject(folder, 'node-22')
  npm(older, ['install', 'node@22'])
  const olderNode = join(older, 'node_modules/node/bin/node')
  runsWorkflow(olderNode, project)

  const host = hostNode()
  if (host.major < 22) refusesToRun(host.path, project)
  else console.log(`smoke: skipped the message for an old Node: the host's is ${host.version}`)

  await checkInstallSizes({ packages, folder, nodes: [process.execPath, olderNode] })
}

function ion(node, project, args) {
  return spawnSync(node, [join(project, 'node_modules/@ion/cli/dist/main.js'), ...args], {
    cwd: project,
    encoding: 'utf8',
  })
}

function runsWorkflow(node, project) {
  const version = ion(node, project, ['--version'])
  assert.equal(version.status, 0, version.stderr)
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
  const run = ion(node, project, ['run', './smoke.yaml'])
  assert.equal(run.status, 0, run.stderr)
  assert.equal(run.stdout.trim(), '6')
  const procedure = ion(node, project, ['run', './smoke.sop.md', '--agent', 'echo'])
  assert.equal(procedure.status, 0, procedure.stderr)
  assert.match(procedure.stdout, /Look at the smoke\./)
  assert.ok(existsSync(join(project, 'node_modules/.bin/ion')), 'npm links the command')
  console.log(`smoke: ion ${version.stdout.trim()} runs a workflow and a SOP on Node ${versionOf(node)}`)
}

function refusesToRun(node, project) {
  const run = ion(node, project, ['run', './smoke.yaml'])
  assert.equal(run.status, 2, run.stderr)
  assert.match(run.stderr, /needs Node/)
  assert.doesNotMatch(run.stderr, /^ +at /m, 'a message, no stack trace')
  assert.equal(run.stdout, '')
  console.log(`smoke: on Node ${versionOf(node)} it says: ${run.stderr.trim()}`)
}

/** The Node of the machine, which is not the one the workspace brings along. */
function hostNode() {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
  const path =
    folders.map((folder) => join(folder, 'node')).find((candidate) => existsSync(candidate)) ??
    process.execPath
  const version = versionOf(path)
  return { path, version, major: Number(version.split('.')[0]) }
}

function versionOf(node) {
  return execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()
}
