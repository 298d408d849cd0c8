import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Packs every package of the workspace as it would be published.
 *
 * @param {string} folder - Where the tarballs go, and what is in them.
 * @returns {{ name: string, tarball: string, manifest: object, files: Map<string, string> }[]}
 */
export function packPackages(folder) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return globSync('packages/*/package.json', { cwd: root })
    .sort()
    .map((path) => {
      const cwd = join(root, path, '..')
      const args = ['--yes', packageManager, 'pack', '--json', '--pack-destination', folder]
      const stdout = execFileSync('npx', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
      const { name, filename: tarball } = JSON.parse(stdout)
      const content = tarball.replace(/\.tgz$/, '')
      mkdirSync(content)
      execFileSync('tar', ['-xzf', tarball, '-C', content, '--strip-components=1'])
      const files = readFiles(content)
      return { name, tarball, manifest: JSON.parse(files.get('package.json') ?? '{}'), files }
    })
}

function readFiles(folder) {
  const paths = readdirSync(folder, { recursive: true }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  )
  return new Map(
    paths.sort().map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]),
  )
}
