import { randomBytes } from 'node:crypto'
import { escapeLiteral, Pool } from 'pg'
import { postgresUrl } from './environment.ts'

/** A schema name that no other test has. */
export interface FreshSchema {
  /** The server's URL with `?schema=…`. */
  url: string
  /** The name. Whoever opens a store by the URL creates the schema. */
  schema: string
  /** Drops the schema with all that is in it. */
  cleanup(): Promise<void>
}

/** A name for a schema that is not there yet, on the server of that URL: by default the one for tests. */
export function freshSchema(server: string = postgresUrl()): FreshSchema {
  const schema = freshName()
  const url = new URL(server)
  url.searchParams.set('schema', schema)
  return {
    url: url.href,
    schema,
    cleanup: () => dropped(server, `drop schema if exists ${schema} cascade`),
  }
}

/** A database of a test's own, and roles that go away with it. */
export interface FreshDatabase {
  /** As the superuser. */
  url: string
  database: string
  /** A new role that may log in and nothing else, and its URL. */
  role(): Promise<{ role: string; url: string }>
  /** Drops the database, whoever is connected to it, and the roles. */
  cleanup(): Promise<void>
}

/** A new, empty database on the server of that URL: by default the one for tests. */
export async function freshDatabase(server: string = postgresUrl()): Promise<FreshDatabase> {
  const database = freshName()
  const roles: string[] = []
  await onServer(server, `create database ${database}`)
  const as = (user?: { role: string; password: string }) => {
    const url = new URL(server)
    url.pathname = `/${database}`
    if (user) url.username = user.role
    if (user) url.password = user.password
    return url.href
  }
  return {
    url: as(),
    database,
    async role() {
      const role = freshName()
      const password = randomBytes(16).toString('hex')
      await onServer(server, `create role ${role} login password ${escapeLiteral(password)}`)
      roles.push(role)
      return { role, url: as({ role, password }) }
    },
    async cleanup() {
      await onServer(server, `drop database if exists ${database} with (force)`)
      for (const role of roles) await onServer(server, `drop role ${role}`)
    },
  }
}

/** Needs no quotes in SQL. */
function freshName(): string {
  return `t_${randomBytes(8).toString('hex')}`
}

/** What must not wait for ever for a connection that a test has left open. */
function dropped(server: string, statement: string): Promise<void> {
  return onServer(server, `begin; set local lock_timeout = '20s'; ${statement}; commit`)
}

const pools = new Map<string, Pool>()

async function onServer(server: string, statement: string): Promise<void> {
  await poolOf(server).query(statement)
}

/** One connection a server; it doesn't keep the process from ending, and is made anew when the server was lost. */
function poolOf(server: string): Pool {
  const known = pools.get(server)
  if (known) return known
  const pool = new Pool({ connectionString: server, max: 1, allowExitOnIdle: true })
  pool.on('error', () => {})
  pools.set(server, pool)
  return pool
}
