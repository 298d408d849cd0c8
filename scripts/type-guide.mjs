// Does what a guide says, in an empty folder: writes its files and types its commands, with packages of this workspace from their
// tarballs and all else from the registry. Fails at the first command that fails, or doesn't print what the guide says.
//
//   node scripts/type-guide.mjs docs/writing-a-store.md
import { execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { guideSteps } from './guide-steps.mjs'
import { serveRegistry } from './local-registry.mjs'
import { packPackages } from './pack-packages.mjs'

const [guide] = process.argv.slice(2)
if (guide === undefined) throw new Error('which guide?')
const steps = guideSteps(readFileSync(guide, 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'ion-guide-'))
const project = join(folder, 'project')
mkdirSync(project)
const registry = await serveRegistry(packPackages(folder))
try {
  writeFileSync(join(folder, 'npmrc'), `${globalConfig()}\n@ion:registry=${registry.url}\n`)
  for (const step of steps) {
    if (step.kind === 'file') write(step)
    else await type(step)
  }
} finally {
  registry.close()
  rmSync(folder, { recursive: true, force: true })
}

function write({ path, text, continued }) {
  const place = join(project, path)
  mkdirSync(dirname(place), { recursive: true })
  if (continued) appendFileSync(place, `\n${text}`)
  else writeFileSync(place, text)
  console.log(`${continued ? 'continued' : 'wrote'} ${path}`)
}

async function type({ text, prints }) {
  console.log(text.trimEnd().replaceAll(/^/gm, '$ '))
  const { status, output } = await run(text)
  process.stdout.write(output)
  if (status !== 0) throw new Error(`exit code ${status}: ${text}`)
  const missing = prints.filter((line) => !output.includes(line))
  if (missing.length > 0) throw new Error(`it did not print ${missing.join(', ')}: ${text}`)
}

/** What holds for npm on the whole machine, if anything does. */
function globalConfig() {
  const path = execFileSync('npm', ['config', 'get', 'globalconfig'], { encoding: 'utf8' }).trim()
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** Not synchronously: the registry is in this process. */
function run(commands) {
  const child = spawn('bash', ['-e', '-c', commands], { cwd: project, env: environment() })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  child.stdin.end()
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, output })))
}

/** That of a reader's shell, without what npm or a test runner have put into this one; Node is the one that runs this. */
function environment() {
  const ours =
    /^(p?npm_(package|lifecycle|config_(global)?prefix|config_.*dir$)|node_test|node_options|node_env|vitest|ion_|ci$)/i
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name))
  return {
    ...Object.fromEntries(kept),
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    NPM_CONFIG_GLOBALCONFIG: join(folder, 'npmrc'),
    NPM_CONFIG_AUDIT: 'false',
    NPM_CONFIG_FUND: 'false',
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
  }
}
