import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The program as it is installed. */
export const ionMain = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** What a command came to. */
export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface SpawnOptions {
  cwd: string
  input?: string
  env?: { [name: string]: string }
}

/** A command that runs. */
export interface Running {
  process: ChildProcess
  ended: Promise<Ended>
  /** Resolves when it has written this text; rejects when it ends without. */
  wrote(text: string): Promise<void>
}

/** The environment of a plain shell: nothing of who runs the tests, and no workflows of the user's. */
export function plainEnvironment(cwd: string, more: { [name: string]: string } = {}): NodeJS.ProcessEnv {
  const { PATH } = process.env
  return { PATH, HOME: join(cwd, 'home'), ...more }
}

/** Starts `ion` in a folder. */
export function startIon(args: readonly string[], { cwd, input, env = {} }: SpawnOptions): Running {
  const child = spawn(process.execPath, [ionMain, ...args], { cwd, env: plainEnvironment(cwd, env) })
  child.stdin.end(input ?? '')
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  let over = false
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (exitCode) => {
      over = true
      resolve({ exitCode, stdout, stderr })
    })
  })
  return {
    process: child,
    ended,
    async wrote(text) {
      while (!`${stdout}${stderr}`.includes(text)) {
        if (over) throw new Error(`ion ended without writing ${JSON.stringify(text)}:\n${stdout}\n${stderr}`)
        await sleep(10)
      }
    },
  }
}

/** Runs `ion` to its end. */
export async function ion(args: readonly string[], options: SpawnOptions): Promise<Ended> {
  return await startIon(args, options).ended
}

/** A new folder with files; those that are workflows are found by name. */
export function createProject(files: { [path: string]: string } = {}): string {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'ion-cli-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

/** The JSON values of an output with one a line. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line))
}

/** The id of the newest run. */
export async function latestRunId(cwd: string): Promise<string> {
  const { stdout } = await ion(['show', 'latest', '--json'], { cwd })
  return String(jsonLines(stdout)[0]?.id)
}

/** Whether a process is there and is no zombie, which only waits for whoever adopted it to look. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
