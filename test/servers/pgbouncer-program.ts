import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where what was fetched is kept for the next time. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/ion/pgbouncer', import.meta.url))

/** A pgbouncer that runs on this machine. */
export interface PgbouncerProgram {
  /** The name or path of the program. */
  program: string
  env: NodeJS.ProcessEnv
  /** As `1.18.0`. */
  version: string
  /** The folder that it was unpacked into; none if it was on the machine. */
  folder?: string
}

/**
 * The machine's pgbouncer, or else Debian's, fetched with apt-get into a folder of this checkout: nothing is installed.
 *
 * @throws {Error} where it can't be had; the message says why.
 */
export async function pgbouncerProgram(): Promise<PgbouncerProgram> {
  const found = (await installed()) ?? (await unpackedIn(cache))
  if (found) return found
  await fetchInto(cache)
  const fetched = await unpackedIn(cache)
  if (fetched) return fetched
  throw new Error(`the pgbouncer in ${cache} does not run here`)
}

function installed(): Promise<PgbouncerProgram | undefined> {
  return running({ program: 'pgbouncer', env: { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` } })
}

/** The program in a folder that packages of Debian were unpacked into, with their libraries. */
export async function unpackedIn(folder: string): Promise<PgbouncerProgram | undefined> {
  const libraries = join(folder, 'usr/lib')
  const architectures = await readdir(libraries).catch(() => [])
  const env = { LD_LIBRARY_PATH: architectures.map((name) => join(libraries, name)).join(':') }
  const found = await running({ program: join(folder, 'usr/sbin/pgbouncer'), env })
  return found && { ...found, folder }
}

async function running({
  program,
  env,
}: Omit<PgbouncerProgram, 'version'>): Promise<PgbouncerProgram | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { env: { ...process.env, ...env } })
    return { program, env, version: /\d+[.]\d+[.]\d+/.exec(stdout)?.[0] ?? '0.0.0' }
  } catch {
    return undefined
  }
}

/** Puts a whole folder there or none, also when several processes try at once. */
async function fetchInto(folder: string): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true })
  const scratch = await mkdtemp(`${folder}-`)
  try {
    const unpacked = join(scratch, 'unpacked')
    await unpackPackages(scratch, unpacked)
    await rm(folder, { recursive: true, force: true })
    await rename(unpacked, folder)
  } catch (error) {
    // Whoever was faster has left what is needed.
    if (!(await unpackedIn(folder))) throw error
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function unpackPackages(scratch: string, unpacked: string): Promise<void> {
  await download(scratch, 'pgbouncer')
  const [archive] = await packagesIn(scratch)
  if (!archive) throw new Error('apt-get downloaded no package of pgbouncer')
  const { stdout } = await run('dpkg-deb', ['--field', archive, 'Depends'])
  for (const name of stdout.match(/\blib[a-z0-9.+-]+/g) ?? []) {
    if (!(await isInstalled(name))) await download(scratch, name)
  }
  for (const path of await packagesIn(scratch)) await run('dpkg-deb', ['--extract', path, unpacked])
}

/** As the machine's package lists say, or, where there are none, as lists fetched for this once. */
async function download(folder: string, name: string): Promise<void> {
  try {
    await aptGet(folder, ['download', name])
  } catch {
    const lists = join(folder, 'lists')
    const downloads = join(folder, 'cache')
    await mkdir(join(lists, 'partial'), { recursive: true })
    await mkdir(join(downloads, 'archives/partial'), { recursive: true })
    const own = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${downloads}`]
    await aptGet(folder, [...own, '-o', 'APT::Update::Error-Mode=any', 'update'])
    await aptGet(folder, [...own, 'download', name])
  }
}

/** Also as root it downloads as whoever runs it, for others need not be able to write to that folder. */
async function aptGet(cwd: string, args: string[]): Promise<void> {
  const settings = ['APT::Sandbox::User=root', 'Acquire::Retries=0', 'Acquire::http::Timeout=20']
  const options = ['-qq', ...settings.flatMap((setting) => ['-o', setting])]
  try {
    await run('apt-get', [...options, ...args], { cwd, timeout: 120_000 })
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? cause.stderr : cause
    const [why] = String(said || cause).split('\n')
    throw new Error(`it is not on the PATH, and apt-get can't fetch it: ${why}`, { cause })
  }
}

async function packagesIn(folder: string): Promise<string[]> {
  return (await readdir(folder))
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(folder, basename(name)))
}

async function isInstalled(name: string): Promise<boolean> {
  try {
    const { stdout } = await run('dpkg-query', ['--show', '--showformat', '${db:Status-Status}', name])
    return stdout === 'installed'
  } catch {
    return false
  }
}
