import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ExecutorError } from '../errors.ts'
import type { MovedFiles } from './moved-run.ts'
import { systemCode } from './system-code.ts'

/** What of a run's folder belongs to the run wherever it is kept; all else is a store's own, or gone with its execution. */
const movedFolders = ['artifacts', 'logs'] as const

/** A file of a run. */
export interface RunFile {
  /** From the run's folder, with slashes: `artifacts/report.md`. */
  path: string
  bytes: number
  /** Permission bits. */
  mode: number
}

const pathPattern = /^(artifacts|logs)(\/[^/\0]+)+$/

/** Whether a path is one of a file that a run's folder may have. */
export function isRunFilePath(path: string): boolean {
  return pathPattern.test(path) && path.split('/').every((part) => part !== '.' && part !== '..')
}

/** The files in a run's folder, by name. What is no file is noted as skipped. */
export async function* listRunFiles(folder: string, skipped: MovedFiles['skipped']): AsyncGenerator<RunFile> {
  for (const name of movedFolders) yield* filesBelow(folder, name, skipped)
}

async function* filesBelow(
  folder: string,
  path: string,
  skipped: MovedFiles['skipped'],
): AsyncGenerator<RunFile> {
  const full = join(folder, path)
  const facts = await lstat(full).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  })
  if (facts === null) return
  if (facts.isDirectory()) {
    for (const name of (await readdir(full)).sort()) yield* filesBelow(folder, `${path}/${name}`, skipped)
  } else if (facts.isFile()) {
    yield { path, bytes: facts.size, mode: facts.mode & 0o777 }
  } else {
    skipped.push({ path, reason: facts.isSymbolicLink() ? 'a symbolic link' : 'neither a file nor a folder' })
  }
}

/** The SHA-256 of a file, in hex. */
export async function digestFile(path: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const bytes of createReadStream(path)) digest.update(bytes)
  return digest.digest('hex')
}

/**
 * Copies what belongs to a run from one folder to another, each file verified by its digest and published whole. What is there already,
 * the same, stays.
 *
 * @throws {ExecutorError} `file_exists` when a file is there with other content; `copy_mismatch`.
 */
export async function copyRunFiles(from: string, to: string, files: MovedFiles): Promise<void> {
  if (await isSameFolder(from, to)) return
  for await (const file of listRunFiles(from, files.skipped)) {
    const source = join(from, file.path)
    const temporary = await stageFile(to, file, createReadStream(source))
    try {
      const sha256 = await digestFile(source)
      await placeFile({ temporary, to, file, sha256 }, files)
    } finally {
      await rm(temporary, { force: true })
    }
  }
}

async function isSameFolder(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((path) => realpath(path).catch(() => path)))
  return first === second
}

/** Writes a file beside the folders of runs, where nobody looks; gives its path. */
export async function stageFile(
  folder: string,
  { mode }: RunFile,
  content: AsyncIterable<Uint8Array>,
): Promise<string> {
  const place = join(dirname(folder), '.tmp')
  await mkdir(place, { recursive: true })
  const temporary = join(place, randomUUID())
  try {
    await pipeline(content, createWriteStream(temporary, { flags: 'wx', mode: mode & 0o777, flush: true }))
    return temporary
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** A file that was staged, and where it goes. */
export interface StagedFile {
  temporary: string
  /** The run's folder. */
  to: string
  file: RunFile
  /** What it must have. */
  sha256: string
}

/** Gives a staged file its name. @throws as `copyRunFiles` */
export async function placeFile(
  { temporary, to, file, sha256 }: StagedFile,
  files: MovedFiles,
): Promise<void> {
  if ((await digestFile(temporary)) !== sha256) {
    throw new ExecutorError('copy_mismatch', `${file.path} was not copied as it is: its SHA-256 differs`)
  }
  const target = join(to, file.path)
  await makeFolders(to, dirname(file.path))
  const there = await lstat(target).catch(() => null)
  if (there) {
    if (!there.isFile() || (await digestFile(target)) !== sha256) {
      throw new ExecutorError('file_exists', `${target} is there already, and is not the run's ${file.path}`)
    }
    files.present += 1
    return
  }
  await rename(temporary, target)
  files.copied += 1
}

/** Makes the folders below a run's folder, none of which may be a link that leads elsewhere. */
async function makeFolders(root: string, path: string): Promise<void> {
  let folder = root
  await mkdir(root, { recursive: true })
  for (const name of path.split('/')) {
    folder = join(folder, name)
    await mkdir(folder).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error
    })
    if ((await lstat(folder)).isDirectory()) continue
    throw new ExecutorError('file_exists', `${folder} is there already, and is no folder`)
  }
}
