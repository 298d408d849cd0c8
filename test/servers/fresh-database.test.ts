import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { postgresUrl } from './environment.ts'
import { freshDatabase, freshSchema } from './fresh-database.ts'
import { startPostgres } from './postgres.ts'

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

describe('freshSchema', () => {
  it('names a schema that nobody has, in the URL too, and creates nothing', async () => {
    const [one, two] = [freshSchema(), freshSchema()]
    expect(one.schema).not.toBe(two.schema)
    expect(one.url).toBe(`${postgresUrl()}?schema=${one.schema}`)
    const named = `select 1 from pg_namespace where nspname = '${one.schema}'`
    expect(await query(postgresUrl(), named)).toEqual([])
    await one.cleanup()
  })

  it('drops the schema with all that was put there', async () => {
    const { schema, cleanup } = freshSchema()
    await query(postgresUrl(), `create schema ${schema}; create table ${schema}.rows as select 1 n`)
    await cleanup()
    expect(await query(postgresUrl(), `select 1 from pg_namespace where nspname = '${schema}'`)).toEqual([])
  })
})

describe('a server that crashed meanwhile', () => {
  it('has its schemas dropped once it is back', async () => {
    const server = await startPostgres()
    try {
      const [one, two] = [freshSchema(server.url), freshSchema(server.url)]
      await query(server.url, `create schema ${one.schema}; create schema ${two.schema}`)
      await one.cleanup()
      await server.kill('SIGKILL')
      await server.start()
      await two.cleanup()
      expect(
        await query(server.url, `select 1 from pg_namespace where nspname like 't!_%' escape '!'`),
      ).toEqual([])
    } finally {
      await server.stop()
    }
  })
})

describe('freshDatabase', () => {
  it('makes an empty database, and drops it under whoever is connected', async () => {
    const { url, database, cleanup } = await freshDatabase()
    const client = new Client(url)
    const lost = new Promise((resolve) => client.on('error', resolve))
    await client.connect()
    expect((await client.query('select current_database()')).rows).toEqual([{ current_database: database }])
    await cleanup()
    await expect(lost).resolves.toMatchObject({ code: '57P01' })
    await expect(query(url, 'select 1')).rejects.toMatchObject({ code: '3D000' })
  })

  it('makes roles that may log in and create nothing, and drops them too', async () => {
    const fresh = await freshDatabase()
    const { role, url } = await fresh.role()
    expect(await query(url, 'select current_user')).toEqual([{ current_user: role }])
    await expect(query(url, 'create table rows (n int)')).rejects.toMatchObject({ code: '42501' })
    await expect(query(url, 'create schema mine')).rejects.toMatchObject({ code: '42501' })
    await fresh.cleanup()
    await expect(query(url, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })
})
