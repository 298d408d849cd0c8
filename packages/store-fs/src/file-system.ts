import { constants, fstatSync, lstatSync, writeSync } from 'node:fs'
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  unlink,
} from 'node:fs/promises'
import { dirname } from 'node:path'
import { Flusher } from './flusher.ts'

/** What a log needs to know of its file. */
export interface FileFacts {
  size: number
  inode: number
  /** How many names the file has: 0 once it was deleted. */
  links: number
  /** When it was last written to. */
  modifiedMs: number
}

/** An open log: read at any place, written only at its end. */
export interface OpenFile {
  /** Whether `append` can work: the file may lie on a read-only medium. */
  readonly writable: boolean
  /** Fills the buffer from an offset on; gives how many bytes there were. */
  read(buffer: Uint8Array, offset: number): Promise<number>
  /** ONE write at the end of the file, wherever that is by then; gives how many bytes were taken. */
  append(bytes: Uint8Array): Promise<number>
  /** Returns once all that was written is on the medium. */
  flush(): Promise<void>
  facts(): Promise<FileFacts>
  close(): Promise<void>
}

/** A name in a folder. */
export interface FolderEntry {
  name: string
  isFolder: boolean
}

/**
 * Every touch of the disk goes through these operations, so that a test can make a disk full, a flush fail or a
 * process stop at the very place where it hurts. They throw what `node:fs` throws.
 */
export interface FileSystem {
  /** Opens an existing file, read-only where writing is denied. A symbolic link is refused. */
  openLog(path: string): Promise<OpenFile>
  /** Writes bytes at an offset of the file with this inode and flushes them. */
  rewrite(path: string, inode: number, bytes: Uint8Array, offset: number): Promise<void>
  readFile(path: string): Promise<Buffer>
  /** Makes a new file; `flush` also brings its content to the medium. */
  createFile(path: string, bytes: Uint8Array | string, flush: boolean): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Gives a file a second name, which must be free. */
  link(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /** Removes a file or a folder with all that is in it. */
  remove(path: string): Promise<void>
  makeFolder(path: string): Promise<void>
  /** Makes a folder and those above it; gives the first one that was missing. */
  makeFolders(path: string): Promise<string | undefined>
  readFolder(path: string): Promise<FolderEntry[]>
  /** Brings a folder's names to the medium. */
  flushFolder(path: string): Promise<void>
  /** What a path names now, symbolic links not followed; `null` where there is nothing. Asked for in place. */
  lookAt(path: string): { size: number; inode: number; modifiedMs: number; isFolder: boolean } | null
  /** Size and time of change, symbolic links not followed. */
  status(path: string): Promise<{ size: number; modifiedMs: number; isFolder: boolean }>
}

/** The `code` of what the operating system says, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

// What the system answers from its memory is asked for in place: sizes, and bytes at the end of a file. Waking a thread for it
// would take longer. What may have to wait for the medium, as making and renaming files does, is left to a thread.
const flusher = new Flusher()

class NodeFile implements OpenFile {
  readonly writable: boolean
  /** It waits with closing for what is under way, and a closed one can't be mistaken for another file. */
  readonly #handle: FileHandle

  constructor(handle: FileHandle, writable: boolean) {
    this.#handle = handle
    this.writable = writable
  }

  async read(buffer: Uint8Array, offset: number) {
    let filled = 0
    while (filled < buffer.length) {
      const { bytesRead } = await this.#handle.read(buffer, filled, buffer.length - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return filled
  }

  async append(bytes: Uint8Array) {
    return writeSync(this.#handle.fd, bytes)
  }

  async flush() {
    await flusher.flush(this.#handle)
  }

  async facts() {
    const { size, ino, nlink, mtimeMs } = fstatSync(this.#handle.fd)
    return { size, inode: ino, links: nlink, modifiedMs: mtimeMs }
  }

  async close() {
    await this.#handle.close()
  }
}

const { O_APPEND, O_NOFOLLOW = 0, O_RDONLY, O_RDWR } = constants
const deniedCodes = new Set(['EACCES', 'EPERM', 'EROFS'])

async function openLog(path: string): Promise<OpenFile> {
  try {
    return new NodeFile(await open(path, O_RDWR | O_APPEND | O_NOFOLLOW), true)
  } catch (error) {
    if (!deniedCodes.has(systemCode(error) ?? '')) throw error
    return new NodeFile(await open(path, O_RDONLY | O_NOFOLLOW), false)
  }
}

async function rewrite(path: string, inode: number, bytes: Uint8Array, offset: number): Promise<void> {
  const handle = await open(path, O_RDWR | O_NOFOLLOW)
  try {
    if ((await handle.stat()).ino !== inode) throw new Error(`${path} is another file by now`)
    await handle.write(bytes, 0, bytes.length, offset)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

async function createFile(path: string, bytes: Uint8Array | string, flush: boolean): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    await handle.writeFile(bytes)
    if (flush) await handle.sync()
  } finally {
    await handle.close()
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows can't open a folder; its file systems keep names without being asked.
  if (process.platform === 'win32') return
  const handle = await open(path, O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function lookAt(path: string) {
  const facts = lstatSync(path, { throwIfNoEntry: false })
  if (!facts) return null
  return { size: facts.size, inode: facts.ino, modifiedMs: facts.mtimeMs, isFolder: facts.isDirectory() }
}

/** The disk, by way of `node:fs`. */
export const nodeFileSystem: FileSystem = {
  openLog,
  rewrite,
  readFile: (path) => readFile(path),
  createFile,
  rename: (from, to) => rename(from, to),
  link: (from, to) => link(from, to),
  unlink: (path) => unlink(path),
  remove: (path) => rm(path, { recursive: true, force: true }),
  makeFolder: async (path) => {
    await mkdir(path)
  },
  makeFolders: (path) => mkdir(path, { recursive: true }),
  readFolder: async (path) =>
    (await readdir(path, { withFileTypes: true })).map((entry) => ({
      name: entry.name,
      isFolder: entry.isDirectory(),
    })),
  flushFolder,
  lookAt,
  status: async (path) => {
    const facts = await lstat(path)
    return { size: facts.size, modifiedMs: facts.mtimeMs, isFolder: facts.isDirectory() }
  },
}

/** Makes a folder with those above it, so that the names of all that were missing outlast a power loss. */
export async function makeDurableFolders(files: FileSystem, path: string): Promise<void> {
  const first = await files.makeFolders(path)
  if (first === undefined) return
  for (let folder = path; ; folder = dirname(folder)) {
    await files.flushFolder(dirname(folder))
    if (folder === first || dirname(folder) === folder) return
  }
}
