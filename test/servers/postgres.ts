import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { ServerFailed, ThrowawayProcess } from './throwaway-process.ts'

const run = promisify(execFile)

/** A Postgres 18 that listens on 127.0.0.1 alone and keeps its data in a temporary folder. */
export interface PostgresServer {
  /** Of its superuser `postgres` in the database `postgres`. */
  url: string
  port: number
  /** The postmaster, while it runs. */
  readonly pid: number | undefined
  /**
   * Sends the postmaster a signal that ends it and waits until it has: SIGKILL is a crash, SIGQUIT ends at once, SIGINT
   * rolls back what is open, SIGTERM waits for the clients to leave. Processes of its connections may outlive a crash a
   * little.
   */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts it again with the same data, port and password, once nothing is left of the server before. */
  start(): Promise<void>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** Settings as in postgresql.conf. */
  settings?: Record<string, string>
}

/** What differs from the defaults of Postgres. */
const testSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  // What depends on the server's time zone by mistake is to be seen.
  timezone: 'Asia/Kathmandu',
  log_timezone: 'UTC',
}

/**
 * Starts a throwaway server, which goes away with `stop` or with this process.
 *
 * @throws {Error} where there are no binaries for the platform, or the server can't be started; the message says why.
 */
export async function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const server = new ThrowawayProcess({ name: 'postgres', stopSignal: 'SIGQUIT' })
  try {
    const binaries = await postgresBinaries(server)
    const data = join(server.folder, 'data')
    const password = randomBytes(16).toString('hex')
    await makeDataFolder({ server, binaries, data, password })

    const port = await freePort()
    const flags = Object.entries({ ...testSettings, port: String(port), ...settings })
    const program = {
      program: join(binaries, 'postgres'),
      args: ['-D', data, ...flags.flatMap(([key, value]) => ['-c', `${key}=${value}`])],
      isReady: (pid: number) => saysReady(data, pid),
    }
    await server.start(program)
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      port,
      get pid() {
        return server.pid
      },
      kill: (signal) => server.kill(signal),
      start: () => startAfterTheLast(() => server.start(program)),
      stop: () => server.stop(),
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

interface DataFolder {
  server: ThrowawayProcess
  binaries: string
  data: string
  password: string
}

async function makeDataFolder({ server, binaries, data, password }: DataFolder): Promise<void> {
  const passwordFile = join(server.folder, 'password')
  writeFileSync(passwordFile, password)
  // Texts sort as people sort them, not by their bytes: a query that forgets to say which it means is to be seen.
  const order = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en']
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const args = ['--pgdata', data, ...order, ...access, '--no-sync', '--no-instructions']
  const env = { PATH: process.env.PATH, LC_ALL: 'C' }
  await run(join(binaries, 'initdb'), args, { ...server.runAs, cwd: server.folder, env })
}

/** A postmaster writes its process id into the first line of its lock file, and how far it is into the eighth. */
function saysReady(data: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
  } catch {
    return false
  }
}

/** Postgres refuses a data folder as long as a process of the postmaster before is attached to its memory. */
const leftovers = /pre-existing shared memory block|lock file "postmaster.pid" already exists/

async function startAfterTheLast(start: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await sleep(20)) {
    try {
      return await start()
    } catch (error) {
      if (!(error instanceof ServerFailed && leftovers.test(error.output)) || Date.now() > deadline)
        throw error
    }
  }
}
