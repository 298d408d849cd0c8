import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Flusher } from './flusher.ts'

let folder: string
let handle: FileHandle

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ion-flusher-'))
  handle = await open(join(folder, 'log'), 'a')
})

afterEach(async () => {
  await handle.close()
  rmSync(folder, { recursive: true })
})

describe('a flush', () => {
  it('lets what waits for the event loop have its turn, however many follow one another', async () => {
    const flusher = new Flusher()
    let turns = 0
    let over = false
    const count = () => {
      turns += 1
      if (!over) setImmediate(count)
    }
    setImmediate(count)
    for (let index = 0; index < 50; index++) await flusher.flush(handle)
    over = true
    expect(turns).toBeGreaterThanOrEqual(49)
  })

  it('fails when the file can not be flushed', async () => {
    const flusher = new Flusher()
    await handle.close()
    await expect(flusher.flush(handle)).rejects.toThrow()
  })
})
