import { appendFileSync, existsSync } from 'node:fs'

/**
 * A store whose thread ends at the first opening, and that notes each renewal in the file which its URL names. Nothing else of it
 * works.
 */
export async function openStore(url: string): Promise<unknown> {
  const path = url.slice('dying:'.length)
  if (!existsSync(path)) {
    appendFileSync(path, 'died\n')
    process.exit(1)
  }
  return { renewClaim: async () => appendFileSync(path, 'renewed\n') }
}
