import { type FileSystem, nodeFileSystem, type OpenFile } from './file-system.ts'

/** What goes wrong with an open log: each function stands in for the real operation, which it may call. */
export interface LogFaults {
  append?: (bytes: Uint8Array, real: OpenFile) => Promise<number>
  flush?: (real: OpenFile) => Promise<void>
  denied?: boolean
}

/** The disk, with faults. They are looked up at each operation, so that a test can set and clear them as it goes. */
export function faultyFiles(faults: LogFaults, others: Partial<FileSystem> = {}): FileSystem {
  return {
    ...nodeFileSystem,
    ...others,
    openLog: async (path) => {
      const real = await nodeFileSystem.openLog(path)
      return {
        writable: faults.denied ? false : real.writable,
        read: (buffer, offset) => real.read(buffer, offset),
        append: (bytes) => (faults.append ? faults.append(bytes, real) : real.append(bytes)),
        flush: () => (faults.flush ? faults.flush(real) : real.flush()),
        facts: () => real.facts(),
        close: () => real.close(),
      }
    },
  }
}

/** What the operating system would say. */
export function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code, syscall: 'write' })
}

/** A gate in front of the next write: `reached` once a writer stands there, having checked all that it checks. */
export function stopBeforeWrite(faults: LogFaults): { reached: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const reached = new Promise<void>((resolve) => {
    faults.append = async (bytes, real) => {
      delete faults.append
      resolve()
      await opened
      return await real.append(bytes)
    }
  })
  return { reached, open }
}
