import { NodeFailure } from '../node-failure.ts'
import type { ScratchFiles } from './scratch-files.ts'

/** Linux takes at most 128 KiB in one argument or one `NAME=value`; this leaves room for the name. */
export const longestArgumentBytes = 120 * 1024

/** An environment that a process can be started with. */
export interface FittedEnvironment {
  env: { [name: string]: string }
  /** What was too long for it: `NAME_FILE` has the path of a file with the value. */
  tooLong: { name: string; value: string }[]
}

/**
 * Takes values out of an environment that no process could be started with, and puts them into files.
 *
 * @throws {NodeFailure} `nul_in_environment`
 */
export async function fitEnvironment(
  all: { readonly [name: string]: string },
  files: ScratchFiles,
): Promise<FittedEnvironment> {
  const env: { [name: string]: string } = {}
  const tooLong: FittedEnvironment['tooLong'] = []
  for (const [name, value] of Object.entries(all)) {
    if (value.includes('\0')) {
      throw new NodeFailure('nul_in_environment', `the environment variable ${name} contains a NUL character`)
    }
    if (isTooLong(value)) tooLong.push({ name, value })
    else env[name] = value
  }
  for (const { name, value } of tooLong) env[`${name}_FILE`] = await files.write(`${name}.value`, value)
  return { env, tooLong }
}

/** A UTF-16 code unit has at most 3 bytes in UTF-8, so most values need no counting. */
function isTooLong(value: string): boolean {
  return value.length * 3 > longestArgumentBytes && Buffer.byteLength(value) > longestArgumentBytes
}
