import { redactStoreUrl } from '@ion/executor'
import type { Cli } from './cli.ts'

/** Writes commands that work as they stand when typed into the shell that this one was typed into. */
export type CommandWriter = (...words: string[]) => string

/**
 * @param cli - The options that chose store and folder are repeated in every command; a password in them is left out.
 */
export function commandWriter({ options, env }: Pick<Cli, 'options' | 'env'>): CommandWriter {
  const { cwd, store, storePackage } = options
  const repeated = [
    ...(cwd === undefined ? [] : ['--cwd', cwd]),
    ...(store === undefined ? [] : ['--store', redactStoreUrl(store)]),
    ...(storePackage === undefined ? [] : ['--store-package', storePackage]),
  ]
  return (...words) => [programName(env), ...[...words, ...repeated].map(quoteWord)].join(' ')
}

/**
 * How this program is called: `ION_COMMAND` where a wrapper says so; through npx it has no name of its own in the shell, and
 * where npx fetched it, not even one in the project.
 */
export function programName(env: NodeJS.ProcessEnv, script: string = process.argv[1] ?? ''): string {
  if (env.ION_COMMAND) return env.ION_COMMAND
  if (env.npm_command !== 'exec') return 'ion'
  return /[/\\]_npx[/\\]/.test(script) ? 'npx @ion/cli' : 'npx ion'
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
