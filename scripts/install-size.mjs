import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyProject, npm } from './empty-project.mjs'

/** What a host installs, by the store that it chooses, and which outside packages of stores it may get with it. */
const installations = [
  { install: ['@ion/executor', '@ion/store-fs'], brings: [], url: 'file:runs' },
  {
    install: ['@ion/executor', '@ion/store-sqlite'],
    brings: ['better-sqlite3', 'kysely'],
    url: 'sqlite:ion.db',
  },
  { install: ['@ion/executor', '@ion/store-postgres'], brings: ['kysely', 'pg'], url: 'postgres:' },
  { install: ['@ion/cli'], brings: [], url: null },
]

/** What a store may bring, and nothing else of the house does. */
const heavy = ['better-sqlite3', 'kysely', 'pg', 'libsql', 'sqlite3', '@electric-sql/pglite']

const program = `import { createStore, executeWorkflow } from '@ion/executor'
const workflow = 'name: sum\\nnodes: [{id: a, bash: echo 3}, {id: b, depends_on: [a], bash: echo $((2 * $a.output))}]'
const store = await createStore(process.argv[2])
const { status, outputs } = await executeWorkflow({ store, workflow })
console.log(status, outputs.get('b'))
await store.close()
`

/**
 * Installs each choice of packages with npm into an empty project: only what belongs to it comes along, nothing is compiled or
 * run while it is installed, and it runs a workflow. Prints how much each is.
 *
 * @param {{ packages: { name: string, tarball: string, manifest: object }[], folder: string, nodes: string[] }} options -
 * `nodes`: the Nodes to try the stores on.
 */
export async function checkInstallSizes({ packages, folder, nodes }) {
  for (const { install, brings, url } of installations) {
    const project = emptyProject(folder, install.at(-1).replaceAll(/\W+/g, '-'))
    const tarballs = closure(install, packages).map(({ tarball }) => tarball)
    npm(project, ['install', ...tarballs])
    const installed = installedPackages(project)
    const names = installed.map(({ name }) => name)
    assert.deepEqual(
      names.filter((name) => heavy.includes(name)).sort(),
      brings,
      `what ${install} bring along`,
    )
    for (const one of installed) assertWhole(one, brings)
    // The way to install it from a lockfile: npm does not write there that a package wants nothing compiled.
    npm(project, ['ci', '--ignore-scripts'])
    if (url !== null) await withServer(url, (place) => runsOn(nodes, project, place))
    console.log(
      `smoke: ${install.join(' + ')}: ${megabytes(installed)} MB in ${installed.length} packages, nothing compiled`,
    )
  }
}

/** The packages of ours that the named ones need, themselves included. */
function closure(names, packages) {
  const found = new Set(names)
  for (const name of found) {
    const { manifest } = packages.find((packed) => packed.name === name)
    for (const needed of Object.keys(manifest.dependencies ?? {})) {
      if (packages.some((packed) => packed.name === needed)) found.add(needed)
    }
  }
  return packages.filter(({ name }) => found.has(name))
}

function installedPackages(project) {
  const lock = JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8'))
  return Object.keys(lock.packages).map((path) => {
    const at = join(project, path)
    return { at, ...JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')), files: filesIn(at) }
  })
}

/** A package's own files. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => !path.startsWith('node_modules'))
    .filter((path) => statSync(join(folder, path)).isFile())
}

/** It is as its author has packed it: npm had nothing to run for it, and a binary only comes with the store that needs it. */
function assertWhole({ name, files, at, scripts = {}, gypfile }, brings) {
  const atInstall = ['preinstall', 'install', 'postinstall'].filter((script) => script in scripts)
  assert.deepEqual(atInstall, [], `${name} runs scripts when it is installed`)
  const compiles = existsSync(join(at, 'binding.gyp')) && (gypfile !== false || existsSync(join(at, 'build')))
  assert.ok(!compiles, `${name} is compiled when it is installed`)
  const binaries = files.filter((path) => path.endsWith('.node'))
  if (!brings.includes(name)) assert.deepEqual(binaries, [], `${name} has native code`)
}

function megabytes(installed) {
  const bytes = installed.flatMap(({ at, files }) => files.map((path) => statSync(join(at, path)).size))
  return (bytes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(1)
}

/** Gives the URL of a place to keep runs in; for Postgres, of a server that tests may use. */
async function withServer(url, use) {
  const { ION_TEST_POSTGRES_URL: given } = process.env
  if (url !== 'postgres:') return use(url)
  if (given) return use(inOwnSchema(given))
  const { startPostgres } = await import('../test/servers/postgres.ts')
  const server = await startPostgres()
  try {
    use(inOwnSchema(server.url))
  } finally {
    await server.stop()
  }
}

function inOwnSchema(server) {
  const url = new URL(server)
  url.searchParams.set('schema', `smoke_${process.pid}`)
  return url.href
}

function runsOn(nodes, project, url) {
  writeFileSync(join(project, 'sum.mjs'), program)
  for (const node of nodes) {
    const printed = execFileSync(node, ['sum.mjs', url], { cwd: project, encoding: 'utf8' })
    assert.equal(printed, 'completed 6\n')
  }
}
