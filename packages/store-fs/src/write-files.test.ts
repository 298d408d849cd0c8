import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeFileSystem } from './file-system.ts'
import { Layout } from './layout.ts'
import { freshFolder } from './scenario.ts'
import { replaceFile } from './write-files.ts'

describe("a file in a run's folder", () => {
  it('is made with the folders above it that are missing', async () => {
    const layout = new Layout(freshFolder())
    mkdirSync(layout.run('r'))
    const path = layout.node('r', 'a/1/b')
    await replaceFile(nodeFileSystem, layout, { id: 'r', path, bytes: 'x', durable: true })
    expect(readFileSync(path, 'utf8')).toBe('x')
  })

  it('does not bring back the folder of a run that was deleted', async () => {
    const layout = new Layout(freshFolder())
    const path = layout.projection('r')
    const written = replaceFile(nodeFileSystem, layout, { id: 'r', path, bytes: 'x', durable: false })
    await expect(written).rejects.toMatchObject({ code: 'ENOENT' })
    expect(existsSync(layout.run('r'))).toBe(false)
    expect(readdirSync(join(layout.root, '.tmp'))).toEqual([])
  })
})
