import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename } from 'node:path'

/**
 * Serves packed packages as a registry would, on this machine alone, so that they can be installed by their names.
 *
 * @param {{ name: string, tarball: string, manifest: { version: string } }[]} packages
 * @returns {Promise<{ url: string, close(): void }>}
 */
export async function serveRegistry(packages) {
  const tarballs = new Map(packages.map(({ tarball }) => [`/${basename(tarball)}`, readFileSync(tarball)]))
  const server = createServer(({ url = '' }, response) => {
    const path = decodeURIComponent(url)
    const wanted = packages.find(({ name }) => path === `/${name}`)
    const bytes = wanted ? JSON.stringify(documentOf(wanted, address())) : tarballs.get(path)
    response.writeHead(bytes === undefined ? 404 : 200)
    response.end(bytes)
  })
  const address = () => `http://127.0.0.1:${server.address().port}`
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: address(), close: () => server.close() }
}

function documentOf({ name, manifest, tarball }, registry) {
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
  const { version } = manifest
  const dist = { tarball: `${registry}/${basename(tarball)}`, integrity }
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } }
}
