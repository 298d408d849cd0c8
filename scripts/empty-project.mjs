import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes a folder with nothing in it but a package.json.
 *
 * @param {string} folder - Where.
 * @param {string} name
 * @returns {string} its path
 */
export function emptyProject(folder, name) {
  const project = join(folder, name)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name, private: true }))
  return project
}

/**
 * Runs npm in a project. What the package manager that runs this script has put into the environment would only confuse it.
 *
 * @param {string} cwd
 * @param {string[]} args
 */
export function npm(cwd, args) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^p?npm_(config|package|lifecycle)/i.test(name)),
  )
  for (const name of ['npm_config_cache', 'npm_config_userconfig', 'npm_config_registry']) {
    if (process.env[name] !== undefined) env[name] = process.env[name]
  }
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}
