import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** Finds a program on the `PATH` of an environment; `null` when it isn't there. */
export async function findProgram(
  name: string,
  env: { readonly [name: string]: string | undefined },
): Promise<string | null> {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue
    for (const ending of endings) {
      const path = join(folder, `${name}${ending}`)
      if (await isProgram(path)) return path
    }
  }
  return null
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
