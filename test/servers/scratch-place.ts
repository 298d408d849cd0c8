import {
  accessSync,
  chmodSync,
  constants,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statfsSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const enough = 4 * 1024 ** 3
const memory = '/dev/shm'

/**
 * Makes the folder in which the tests of one run keep what they throw away, itself to be thrown away after them: in memory where the
 * system has a place for that (Linux) and nobody has set `TMPDIR`, as a disk waits for every one of their many flushes, which shows
 * nothing that they look for.
 */
export function makeScratchFolder(): string {
  const place = process.env.TMPDIR ?? placeInMemory() ?? tmpdir()
  const folder = mkdtempSync(join(realpathSync(place), 'ion-tests-'))
  // Servers run as a user of their own below it.
  chmodSync(folder, 0o755)
  return folder
}

/** `undefined` where there is none, or it has less than 4 GiB, or starts no programs. */
function placeInMemory(): string | undefined {
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
