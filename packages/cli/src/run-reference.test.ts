import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IWorkflowStore } from '@ion/store'
import { FilesystemStore } from '@ion/store-fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findRun, idShortener } from './run-reference.ts'

let store: IWorkflowStore

beforeEach(async () => {
  store = new FilesystemStore({ artifactsDir: mkdtempSync(join(tmpdir(), 'ion-runs-')) })
  for (const id of ['7f3a2k9m', '7f3b0000', 'abc', 'abcd1111']) await createRun(id)
})

afterEach(async () => {
  await store.close()
})

async function createRun(id: string) {
  const digest = '0'.repeat(64)
  const definition = { format: 'yaml', source: '', digest, path: null, files: {} }
  await store.createWorkflowRun({ id, workflowName: 'sample', definition })
}

describe('findRun', () => {
  it.each([
    ['7f3a2k9m', '7f3a2k9m'],
    ['7f3a', '7f3a2k9m'],
    ['abcd', 'abcd1111'],
    ['abc', 'abc'],
  ])('takes %s for %s', async (reference, id) => {
    expect((await findRun(store, reference)).id).toBe(id)
  })

  it('takes latest for the run that was created last', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    await createRun('newest')
    expect((await findRun(store, 'latest')).id).toBe('newest')
  })

  it('names the candidates of an ambiguous beginning', async () => {
    await expect(findRun(store, '7f3')).rejects.toMatchObject({
      facts: { exitCode: 2 },
      message: expect.stringMatching(/7f3[ab]\w+ \(sample\), 7f3[ab]/),
    })
  })

  it.each(['zzzz', '', '../7f3a2k9m', '.', '7f3a2k9m0'])('finds no run %j', async (reference) => {
    await expect(findRun(store, reference)).rejects.toMatchObject({ facts: { exitCode: 4 } })
  })
})

describe('idShortener', () => {
  it('shows ids as short as they can be typed', async () => {
    const shorten = await idShortener(store)
    for (const id of ['7f3a2k9m', '7f3b0000', 'abc', 'abcd1111']) {
      expect((await findRun(store, shorten(id))).id).toBe(id)
    }
    expect(shorten('7f3a2k9m')).toBe('7f3a')
  })
})
