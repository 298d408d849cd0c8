import type { LoadedConfig } from './config/load-config.ts'
import type { Terminal } from './terminal.ts'

/** The options that every command takes, before its name or after it. */
export interface GlobalOptions {
  store?: string
  storePackage?: string
  cwd?: string
  json?: boolean
  quiet?: boolean
  /** `false` with `--no-color`. */
  color: boolean
}

/** What a command works with besides its own arguments. */
export interface Cli {
  readonly terminal: Terminal
  readonly env: NodeJS.ProcessEnv
  /** The options that every command takes, as they were given. */
  readonly options: GlobalOptions
  /** The project's configuration, read once. */
  config(): Promise<LoadedConfig>
  /** URLs of stores that the command names besides `--store`: what is secret in them is never said. */
  namedStores?: string[]
  /** What this command's process will exit with, once it is known. */
  exitCode: number
}
