import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Where Ion keeps what it can make again: `ION_CACHE_DIR`, else `$XDG_CACHE_HOME/ion`, else `~/.cache/ion`.
 *
 * @param env - The environment of the nodes' processes.
 */
export function cacheFolder(env: { readonly [name: string]: string }): string {
  const { ION_CACHE_DIR: own, XDG_CACHE_HOME: shared } = env
  if (own && isAbsolute(own)) return own
  if (shared && isAbsolute(shared)) return join(shared, 'ion')
  return join(env.HOME || homedir(), '.cache', 'ion')
}
