import { createHash, randomUUID } from 'node:crypto'
import { mkdir, realpath, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeContext } from '../node-context.ts'
import { NodeFailure } from '../node-failure.ts'
import { Tail } from '../process/output-buffer.ts'
import { runProcess } from '../process/run-process.ts'
import { installCommands } from './install-commands.ts'
import type { Dep } from './local-dep.ts'
import type { ScriptPlan } from './plan-scripts.ts'

export interface Install {
  plan: ScriptPlan
  deps: Dep[]
  /** The cache of all runs. */
  cache: string
  env: { [name: string]: string }
}

/** Installs that are under way in this process, by the path they will have. */
const underWay = new Map<string, Promise<string>>()

/**
 * Installs packages, or finds them installed: once for each runtime and list of packages, whoever asks.
 *
 * An install is made in a folder of its own that never moves, as virtual environments hold their path, and then gets its name by a
 * link, which either is there or isn't. Of two that install the same at once in two processes, the second takes the first one's.
 *
 * @returns the folder.
 * @throws {NodeFailure} `deps_failed` with the last lines of the installer; the signal's reason.
 */
export async function installDeps(install: Install, context: NodeContext): Promise<string> {
  const name = `${install.plan.runtime}-${identity(install)}`
  const link = join(install.cache, 'deps', name)
  for (;;) {
    context.signal.throwIfAborted()
    const installed = await realFolder(link)
    if (installed !== null) return installed
    const other = underWay.get(link)
    if (other === undefined) break
    // Another node's failure, or its end, is no reason for this one not to try.
    await unlessAborted(
      other.catch(() => {}),
      context.signal,
    )
  }
  const making = make(install, { link, context }).finally(() => underWay.delete(link))
  underWay.set(link, making)
  return await making
}

function identity({ plan, deps }: Install): string {
  const version = plan.runtime === 'node' ? process.versions.modules : ''
  const what = [
    plan.command,
    version,
    process.platform,
    process.arch,
    ...deps.map((dep) => dep.identity).toSorted(),
  ]
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32)
}

async function make(
  install: Install,
  { link, context }: { link: string; context: NodeContext },
): Promise<string> {
  const folder = join(install.cache, 'deps', 'folders', randomUUID())
  await mkdir(folder, { recursive: true })
  try {
    const specs = install.deps.map(({ spec }) => spec)
    for (const { command, args } of await installCommands(install.plan, { folder, specs })) {
      await run({ command, args, cwd: folder, env: install.env, specs }, context)
    }
    return await publish(folder, link)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function run(
  {
    specs,
    ...process
  }: { command: string; args: string[]; cwd: string; env: Install['env']; specs: string[] },
  context: NodeContext,
): Promise<void> {
  const printed = new Tail(2_048)
  const { exitCode, signal } = await runProcess({
    ...process,
    signal: context.signal,
    killAfterMs: context.killAfterMs,
    onOutput(_, bytes) {
      printed.push(bytes)
      return context.output('stderr', bytes)
    },
  })
  if (exitCode === 0) return
  const how = exitCode === null ? `was ended by ${signal}` : `exited with ${exitCode}`
  const last = printed.text().split('\n').slice(-5).join('\n')
  throw new NodeFailure(
    'deps_failed',
    `${specs.join(', ')} could not be installed: ${process.command} ${how}: ${last}`,
    {
      transient: true,
      details: { stderr: printed.text() },
    },
  )
}

async function publish(folder: string, link: string): Promise<string> {
  try {
    await symlink(folder, link, 'junction')
    return await realpath(folder)
  } catch (error) {
    const installed = await realFolder(link)
    if (installed !== null) {
      await rm(folder, { recursive: true, force: true })
      return installed
    }
    if (!isThere(error)) throw error
    // The link leads nowhere: somebody has tidied the cache.
    await rm(link, { force: true })
    await symlink(folder, link, 'junction')
    return await realpath(folder)
  }
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

async function realFolder(link: string): Promise<string | null> {
  try {
    const path = await realpath(link)
    return (await stat(path)).isDirectory() ? path : null
  } catch {
    return null
  }
}

async function unlessAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let onAbort: () => void = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
