import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createStore } from '@ion/executor'
import { type IWorkflowStore, readLog, type WorkflowEvent } from '@ion/store'
import { onTestFinished } from 'vitest'
import { postgresUrl } from '../../../../test/servers/environment.ts'
import { freshSchema } from '../../../../test/servers/fresh-database.ts'
import type { StoreKind } from './stores.ts'

const ionProgram = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const killStore = fileURLToPath(new URL('../fixtures/store-kill', import.meta.url))

/** How an `ion` process ended. */
export interface IonEnd {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** An `ion` process that is under way. */
export interface IonProcess {
  child: ChildProcess
  ended: Promise<IonEnd>
}

/** A folder with workflows, in which `ion` is started as a person starts it. */
export interface IonProject {
  folder: string
  /** For its run: no other project's has it, as what a run leaves running is told by its id and the time of its creation. */
  runId: string
  /** The URL of the store that `ion` keeps its runs in. */
  url: string
  start(args: string[], env?: NodeJS.ProcessEnv): IonProcess
  ion(args: string[], env?: NodeJS.ProcessEnv): Promise<IonEnd>
  store: IWorkflowStore
  events(runId: string): Promise<WorkflowEvent[]>
}

/**
 * Makes a project of files, which is gone after the test. Its store is opened through the one that kills (`kill:`), which does so
 * when `ION_TEST_KILL` says when.
 */
export async function ionProject(kind: StoreKind, files: { [path: string]: string }): Promise<IonProject> {
  const folder = await mkdtemp(join(tmpdir(), 'ion-recovery-'))
  await mkdir(join(folder, 'node_modules/@ion'), { recursive: true })
  await symlink(killStore, join(folder, 'node_modules/@ion/store-kill'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const { url, cleanup } = placeOf(kind, folder)
  const store = await createStore(url, { resolveFrom: [new URL(import.meta.url)] })
  onTestFinished(async () => {
    await store.close()
    await cleanup?.()
    await rm(folder, { recursive: true, force: true })
  })
  const start = (args: string[], env: NodeJS.ProcessEnv = {}): IonProcess => {
    const child = spawn(process.execPath, [ionProgram, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ION_STORE: `kill:${url}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { child, ended: ended(child) }
  }
  return {
    folder,
    runId: randomUUID(),
    url,
    store,
    start,
    ion: async (args, env) => await start(args, env).ended,
    events: async (runId) => {
      const all: WorkflowEvent[] = []
      for await (const event of readLog(store, runId)) all.push(event)
      return all
    },
  }
}

/** Where a project keeps its runs, and what takes that away when it lies outside of the project's folder. */
function placeOf(kind: StoreKind, folder: string): { url: string; cleanup?(): Promise<void> } {
  switch (kind) {
    case 'files':
      return { url: `file:${join(folder, '.ion/runs')}` }
    case 'sqlite':
      return { url: `sqlite:${join(folder, 'ion.db')}` }
    case 'postgres':
      return freshSchema(postgresUrl())
  }
}

function ended(child: ChildProcess): Promise<IonEnd> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (bytes) => {
    stdout += bytes
  })
  child.stderr?.on('data', (bytes) => {
    stderr += bytes
  })
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/** The processes on this machine that belong to a node of the project's run, by the marks in their environment. */
export async function processesOf({ folder }: IonProject, runId: string): Promise<number[]> {
  const mark = `ARTIFACTS_DIR=${join(folder, '.ion/runs', runId, 'artifacts')}`
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '')
    if (environment.split('\0').includes(mark)) found.push(Number(name))
  }
  return found
}

/** Paths that were started again after they had completed: there must be none. */
export function completedTwice(events: WorkflowEvent[]): string[] {
  const completed = new Set<string>()
  const again: string[] = []
  for (const { type, nodeId = '' } of events) {
    if (type === 'node_started' && completed.has(nodeId)) again.push(nodeId)
    if (type === 'node_completed') completed.add(nodeId)
  }
  return again
}
