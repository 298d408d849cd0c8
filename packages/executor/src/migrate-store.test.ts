import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { installPackage } from './install-package.test-support.ts'
import { migrateStore } from './migrate-store.ts'
import { scratchFolder } from './run-fixture.test-support.ts'

const opener = 'export const openStore = async () => ({})\n'

describe('migrating a store', () => {
  it('gives the names of the steps that its package has taken', async () => {
    const project = await scratchFolder()
    const migrate = 'export const migrateStore = async (url, options) => [url, options.step]'
    await installPackage(project, '@ion/store-level', opener + migrate)
    const made = await migrateStore('level:x', { resolveFrom: [project], options: { step: '0001' } })
    expect(made).toEqual(['level:x', '0001'])
  })

  it('makes the tables of a SQLite file, once', async () => {
    const url = `sqlite://${join(await scratchFolder(), 'ion.db')}`
    expect(await migrateStore(url)).toEqual(['0001_tables', '0002_feed', '0003_annotations', '0004_logs'])
    expect(await migrateStore(url)).toEqual([])
  })

  it('has nothing to do for a store without tables', async () => {
    expect(await migrateStore(`file:${await scratchFolder()}`)).toBeNull()
  })

  it('is an error where the package is missing, as for opening it', async () => {
    const refused = migrateStore('nosuch:x', { resolveFrom: [await scratchFolder()] })
    await expect(refused).rejects.toMatchObject({ code: 'missing_store' })
  })
})
