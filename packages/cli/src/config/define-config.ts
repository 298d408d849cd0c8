import type { IonConfig } from './config-schema.ts'

/**
 * Gives `ion.config.ts` its types; returns what it is given.
 *
 * @example
 * export default defineConfig({
 *   agents: { claude: { command: ['claude', '-p'] } },
 *   default_agent: 'claude',
 * })
 */
export function defineConfig(config: IonConfig): IonConfig {
  return config
}
