import { once } from 'node:events'
import { cp, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type PgbouncerProgram, pgbouncerProgram, unpackedIn } from './pgbouncer-program.ts'
import { ThrowawayProcess } from './throwaway-process.ts'

/** A pgbouncer in transaction mode on 127.0.0.1, with four connections for each user and database behind it. */
export interface PgbouncerServer {
  /** The URL of the Postgres behind it, by way of it; any database and any role of that Postgres will do. */
  url: string
  port: number
  /** Its process, while it runs. */
  readonly pid: number | undefined
  /** Sends it a signal that ends it, and waits until it has. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port. */
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a pgbouncer in front of the Postgres of that URL; it goes away with `stop` or with this process.
 *
 * @throws {Error} where pgbouncer can't be had; the message says why.
 */
export async function startPgbouncer(postgresUrl: string): Promise<PgbouncerServer> {
  const found = await pgbouncerProgram()
  const server = new ThrowawayProcess({ name: 'pgbouncer', stopSignal: 'SIGTERM' })
  try {
    const { program, env, version } = await reachable(found, server.folder)
    const url = new URL(postgresUrl)
    const port = await freePort()
    const configFile = join(server.folder, 'pgbouncer.ini')
    const users = join(server.folder, 'users')
    await writeFile(users, `${quoted(url.username)} ${quoted(url.password)}\n`)
    await writeFile(configFile, configuration({ postgres: url, port, users, version }))
    const start = () => server.start({ program, args: [configFile], env, isReady: () => accepts(port) })
    await start()
    url.host = `127.0.0.1:${port}`
    return {
      url: url.href,
      port,
      get pid() {
        return server.pid
      },
      kill: (signal) => server.kill(signal),
      start,
      stop: () => server.stop(),
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

interface Configuration {
  postgres: URL
  port: number
  users: string
  version: string
}

function configuration({ postgres, port, users, version }: Configuration): string {
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: postgres.password ? 'scram-sha-256' : 'trust',
    auth_file: users,
    // Whoever is not in the file is looked up in Postgres by this user.
    auth_user: decodeURIComponent(postgres.username),
    pool_mode: 'transaction',
    default_pool_size: 4,
    max_client_conn: 500,
    // How soon it tries again, in seconds, after Postgres could not be reached.
    server_login_retry: 1,
    // From 1.21 on it can follow prepared statements; the version in Debian 12 cannot, and that is the case to test.
    ...(minorOf(version) >= 21 && { max_prepared_statements: 0 }),
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`)
  const behind = `* = host=${postgres.hostname} port=${postgres.port || 5432}`
  return `[databases]\n${behind}\n\n[pgbouncer]\n${lines.join('')}`
}

function minorOf(version: string): number {
  return Number(version.split('.')[1])
}

/** As pgbouncer's list of users has it. */
function quoted(urlPart: string): string {
  return `"${decodeURIComponent(urlPart).replaceAll('"', '""')}"`
}

/** What was unpacked in this checkout is copied to where whoever runs it may read it. */
async function reachable(found: PgbouncerProgram, folder: string): Promise<PgbouncerProgram> {
  if (!found.folder) return found
  const copy = join(folder, 'program')
  await cp(found.folder, copy, { recursive: true, verbatimSymlinks: true })
  return (await unpackedIn(copy)) ?? found
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
