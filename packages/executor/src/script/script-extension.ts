import type { ScriptRuntime } from '@ion/core'

/** The endings that a script's file may have. */
export const scriptExtensions: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.py']

/** The ending of a script's file; `null` when it has none of those. */
export function extensionOf(path: string): string | null {
  return scriptExtensions.find((extension) => path.endsWith(extension)) ?? null
}

/** What runs a file when the workflow doesn't say: what is there on most machines. */
export function runtimeOfFile(extension: string | undefined): ScriptRuntime {
  return extension === '.py' ? 'python' : 'node'
}
