import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createStore } from './create-store.ts'
import { installPackage } from './install-package.test-support.ts'
import { scratchFolder } from './run-fixture.test-support.ts'

const opener = 'export const openStore = async (url, options) => ({ url, options })'

describe('a store URL', () => {
  it('with file: opens a folder', async () => {
    const folder = await scratchFolder()
    const store = await createStore(`file:${join(folder, 'runs')}`)
    expect((await store.listWorkflowRuns({}, { limit: 1 })).items).toEqual([])
    await store.close()
  })

  it('with memory: opens a store in memory', async () => {
    expect((await createStore('memory:')).abilities.processes).toBe('one')
  })

  it('with another scheme is opened by the package of that name in the project', async () => {
    const project = await scratchFolder()
    await installPackage(project, '@ion/store-level', opener)
    const store = await createStore('level:somewhere', { resolveFrom: [project], options: { a: 1 } })
    expect(store).toEqual({ url: 'level:somewhere', options: { a: 1 } })
  })

  it('is opened by the package that is named', async () => {
    const project = await scratchFolder()
    await installPackage(project, 'my-store', opener)
    expect(await createStore('mine:x', { resolveFrom: [project], package: 'my-store' })).toMatchObject({
      url: 'mine:x',
    })
  })

  it('whose package is missing is an error that says what to install', async () => {
    const error = await createStore('nosuch:x', { resolveFrom: [await scratchFolder()] }).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ code: 'missing_store' })
    expect(error).toHaveProperty('message', expect.stringContaining('npm install @ion/store-nosuch'))
  })

  it('is opened by a module that is named by its path', async () => {
    const project = await scratchFolder()
    const text = 'export const openStore = async (url) => ({ url, close: async () => {} })'
    await writeFile(join(project, 'mine.mjs'), text)
    for (const name of ['./mine.mjs', join(project, 'mine.mjs')]) {
      expect(await createStore('mine:x', { package: name, resolveFrom: [project] })).toHaveProperty(
        'url',
        'mine:x',
      )
    }
    const missing = createStore('mine:x', { package: './yours.mjs', resolveFrom: [project] })
    await expect(missing).rejects.toThrow('mine: stores are opened by ./yours.mjs, which is not there')
  })

  it('whose package opens no store is an error', async () => {
    const project = await scratchFolder()
    await installPackage(project, '@ion/store-odd', 'export const nothing = 1')
    await expect(createStore('odd:x', { resolveFrom: [project] })).rejects.toMatchObject({
      code: 'invalid_store',
    })
  })

  it('without a scheme is an error', async () => {
    await expect(createStore('./runs')).rejects.toMatchObject({ code: 'invalid_store' })
  })

  it('is shown in errors without its password', async () => {
    const error = await createStore('Postgres://u:hunter2@h/db').catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'invalid_store', details: { url: 'Postgres://u:***@h/db' } })
    expect(error).toHaveProperty('message', expect.stringContaining('Postgres://u:***@h/db'))
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })
})
