import type { Cli } from './cli.ts'

/** Writes commands that work as they stand when typed into the shell that this one was typed into. */
export type CommandWriter = (...words: string[]) => string

/**
 * @param cli - The options that chose store and folder are repeated in every command.
 */
export function commandWriter({ options, env }: Pick<Cli, 'options' | 'env'>): CommandWriter {
  const { cwd, store, storePackage } = options
  const repeated = [
    ...(cwd === undefined ? [] : ['--cwd', cwd]),
    ...(store === undefined ? [] : ['--store', store]),
    ...(storePackage === undefined ? [] : ['--store-package', storePackage]),
  ]
  return (...words) => [programName(env), ...[...words, ...repeated].map(quoteWord)].join(' ')
}

/** How this program was called: through npx it has no name of its own in the shell. */
function programName(env: NodeJS.ProcessEnv): string {
  return env.ION_COMMAND || (env.npm_command === 'exec' ? 'npx @ion/cli' : 'ion')
}

/**
 * A word as a POSIX shell reads it back.
 *
 * @example
 * quoteWord("it's") // `'it'\\''s'`
 */
export function quoteWord(word: string): string {
  return /^(?=.*\w)[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
