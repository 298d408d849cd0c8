import { expect, it } from 'vitest'
import { ownDatabase } from './database.test-support.ts'
import { openStore } from './postgres-store.ts'

const { admin, url } = await ownDatabase()

/** What another application does to its own schemas: makes and drops them again, until it is told to stop. */
async function comeAndGo(name: string, over: AbortSignal): Promise<number> {
  const tables = Array.from({ length: 30 }, (_, table) => `create table ${name}.t${table} (a int, b int)`)
  let times = 0
  for (; !over.aborted; times++) {
    await admin.query([`create schema ${name}`, ...tables].join(';'))
    await admin.query(`drop schema ${name} cascade`)
  }
  return times
}

it('makes its tables while schemas of others come and go', async () => {
  const over = new AbortController()
  const others = Promise.all(['one', 'two', 'three'].map((name) => comeAndGo(name, over.signal)))
  try {
    for (let index = 0; index < 20; index++) {
      const store = await openStore(`${url}?schema=ion_${index}`)
      await store.close()
    }
  } finally {
    over.abort()
    await others
  }
  expect(Math.min(...(await others))).toBeGreaterThan(0)
})
