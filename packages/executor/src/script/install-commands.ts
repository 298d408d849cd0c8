import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScriptPlan } from './plan-scripts.ts'

/** A command that installs packages into a folder. */
export interface InstallCommand {
  command: string
  args: string[]
}

/** What has to be run to have packages in a folder, in order. Nothing for a runtime that installs them itself. */
export async function installCommands(
  { runtime, command, installer }: Pick<ScriptPlan, 'runtime' | 'command' | 'installer'>,
  { folder, specs }: { folder: string; specs: string[] },
): Promise<InstallCommand[]> {
  switch (runtime) {
    case 'uv':
      return []
    case 'node':
      await writeManifest(folder)
      return [{ command: installer ?? 'npm', args: ['install', '--no-audit', '--no-fund', '--', ...specs] }]
    case 'bun':
      await writeManifest(folder)
      return [{ command, args: ['add', ...specs] }]
    case 'python': {
      const python = pythonOf(folder)
      return installer === null
        ? [
            { command, args: ['-m', 'venv', folder] },
            {
              command: python,
              args: ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--', ...specs],
            },
          ]
        : [
            { command: installer, args: ['venv', '--python', command, folder] },
            { command: installer, args: ['pip', 'install', '--python', python, '--', ...specs] },
          ]
    }
  }
}

/** The Python of a virtual environment. */
export function pythonOf(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
}

/** Makes the folder a package of its own, so that no installer looks further up. */
async function writeManifest(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
}
