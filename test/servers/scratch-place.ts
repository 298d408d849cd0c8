import { accessSync, constants, readFileSync, statfsSync } from 'node:fs'

const enough = 4 * 1024 ** 3
const memory = '/dev/shm'

/**
 * Where tests keep what they throw away: in memory where the system has a place for that (Linux), as a disk waits for every one of
 * their many flushes, which shows nothing that they look for.
 *
 * @returns the folder; `undefined` where there is none, or it has less than 4 GiB, or starts no programs.
 */
export function scratchPlace(): string | undefined {
  try {
    accessSync(memory, constants.W_OK)
    const { bavail, bsize } = statfsSync(memory)
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .findLast((line) => line.split(' ')[1] === memory)
    const [, , , options = 'noexec'] = mount?.split(' ') ?? []
    return bavail * bsize >= enough && !options.split(',').includes('noexec') ? memory : undefined
  } catch {
    return undefined
  }
}
