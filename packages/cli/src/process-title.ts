/**
 * Takes passwords of store URLs out of what `ps` shows of this process. Until here they could be seen by other users of the machine:
 * only the environment and files keep a password to oneself.
 */
export async function hidePasswords(shown: Pick<NodeJS.Process, 'argv' | 'title'>): Promise<void> {
  const { argv } = shown
  // The rest of the engine is not loaded for a command line that has nothing like one.
  if (!argv.some((word) => word.includes('://'))) return
  const { redactStoreUrl } = await import('@ion/executor')
  const redacted = argv.map((word) =>
    word.replace(/^(--(?:store|from|to)=)?(.*)$/s, (_, option = '', url) => option + redactStoreUrl(url)),
  )
  if (redacted.some((word, index) => word !== argv[index])) shown.title = redacted.join(' ')
}
