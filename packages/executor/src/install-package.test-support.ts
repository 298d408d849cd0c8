import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Puts a package of one module into a project's node_modules. */
export async function installPackage(project: string, name: string, source: string): Promise<void> {
  const folder = join(project, 'node_modules', name)
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name, type: 'module', exports: './index.js' }),
  )
  await writeFile(join(folder, 'index.js'), source)
}
