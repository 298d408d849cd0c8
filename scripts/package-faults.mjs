import { isBuiltin } from 'node:module'
import ts from 'typescript'

/**
 * What is wrong with a package as it would be published.
 *
 * @param {object} packed
 * @param {object} packed.manifest - The package.json in the tarball.
 * @param {Map<string, string>} packed.files - Text by path inside the tarball.
 * @param {string[]} [packed.byName] - Dependencies that are loaded by a name put together at run time.
 * @returns {string[]} one sentence a fault
 */
export function packageFaults({ manifest, files, byName = [] }) {
  return [
    ...fileFaults([...files.keys()]),
    ...manifestFaults(manifest, files),
    ...dependencyFaults(manifest, files, byName),
  ]
}

const forbiddenFiles = [
  [/\.wasm$/, 'is WebAssembly: native code comes only as a dependency of its store'],
  [/\.node$/, 'is a native addon: native code comes only as a dependency of its store'],
  [/(?<!\.d)\.[cm]?tsx?$/, 'is a source: only what was built is published'],
  [/\.(test|spec)\./, 'is a test'],
]

function fileFaults(paths) {
  const faults = paths.flatMap((path) =>
    forbiddenFiles.filter(([pattern]) => pattern.test(path)).map(([, why]) => `${path} ${why}`),
  )
  for (const needed of ['README.md', 'LICENSE'])
    if (!paths.includes(needed)) faults.push(`${needed} is missing`)
  return faults
}

function manifestFaults(manifest, files) {
  const faults = []
  for (const key of ['main', 'module', 'types', 'typings', 'browser']) {
    if (key in manifest) faults.push(`package.json has "${key}": "exports" is the only way in`)
  }
  if (manifest.type !== 'module') faults.push('package.json lacks "type": "module"')
  if (manifest.sideEffects !== false) faults.push('package.json lacks "sideEffects": false')
  if (manifest.license !== 'MIT') faults.push('package.json lacks "license": "MIT"')
  if (!manifest.engines?.node) faults.push('package.json lacks "engines.node"')
  if (!manifest.exports) faults.push('package.json lacks "exports"')
  for (const { target, conditions } of exportTargets(manifest.exports)) {
    if (conditions.includes('ion-source')) faults.push(`exports lead to sources (${target})`)
    else if (!files.has(target.replace('./', ''))) faults.push(`exports name ${target}, which is not there`)
  }
  for (const [name, target] of Object.entries(manifest.bin ?? {})) {
    const text = files.get(target.replace('./', ''))
    if (text === undefined) faults.push(`bin ${name} names ${target}, which is not there`)
    else if (!text.startsWith('#!/usr/bin/env node\n')) faults.push(`bin ${name} does not begin with #!`)
  }
  return faults
}

function exportTargets(exports, conditions = []) {
  if (typeof exports === 'string') return [{ target: exports, conditions }]
  return Object.entries(exports ?? {}).flatMap(([key, value]) => exportTargets(value, [...conditions, key]))
}

function dependencyFaults(manifest, files, byName) {
  const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
  const imported = new Set([...files].flatMap(([path, text]) => importsOf(path, text)))
  imported.delete(manifest.name)
  const faults = []
  for (const name of imported) if (!declared.has(name)) faults.push(`${name} is imported and not declared`)
  for (const name of declared) {
    if (!imported.has(name) && !byName.includes(name)) faults.push(`${name} is declared and not imported`)
  }
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    if (range.startsWith('workspace:')) faults.push(`${name} has the range ${range}`)
  }
  return faults
}

/** Names of the packages that a built file imports, types included. */
function importsOf(path, text) {
  if (!/\.(js|d\.ts)$/.test(path)) return []
  return ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'))
}
