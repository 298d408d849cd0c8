import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A program on stdin is a module, which has no `require`; bun has one in modules too. */
const requireForModules = moduleUrl(
  `import { createRequire } from 'node:module'
globalThis.require = createRequire(process.cwd() + '/')`,
)

/**
 * The arguments with which Node runs a script, TypeScript included.
 *
 * @param path - The script's file; `null` for a program on stdin, whose imports are found from the folder it runs in.
 * @param deps - Where its packages are installed; `null` when it has none of its own.
 */
export function nodeArguments({ path, deps }: { path: string | null; deps: string | null }): string[] {
  const flags = ['--disable-warning=ExperimentalWarning']
  if (!stripsTypes()) flags.push('--experimental-strip-types')
  if (deps !== null) flags.push('--import', importsFrom(deps))
  if (path !== null) return [...flags, path]
  return [...flags, '--import', requireForModules, '--input-type=module-typescript', '-']
}

/** Whether this Node runs TypeScript without being told to. */
function stripsTypes(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)
}

/** Looks for packages in a folder first, for all modules that are not packages themselves. */
function importsFrom(folder: string): string {
  const parent = pathToFileURL(join(folder, 'index.js')).href
  return moduleUrl(`import { registerHooks } from 'node:module'
const isPackage = (specifier) => !/^(?:[./#]|[a-z][a-z0-9+.-]*:)/i.test(specifier)
const missing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']
registerHooks({
  resolve(specifier, context, next) {
    if (!isPackage(specifier) || context.parentURL?.includes('/node_modules/')) return next(specifier, context)
    try {
      return next(specifier, { ...context, parentURL: ${JSON.stringify(parent)} })
    } catch (error) {
      if (!missing.includes(error?.code)) throw error
      return next(specifier, context)
    }
  },
})`)
}

function moduleUrl(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`
}
