import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scope } from '../../scope.ts'
import { bashAssignments } from '../bash-assignments.ts'
import { parseBashTemplate } from '../parse-bash-template.ts'
import type { TemplateContext } from '../problem.ts'
import { referenceText, resolveReference } from '../resolve-reference.ts'

/** The names that the scripts of the tests are about. */
export const context: TemplateContext = {
  nodeIds: new Set(['a', 'b', 'fetch-issue']),
  inputs: new Set(['name', 'base-branch']),
}

/** Every node's output, every input and every variable has this value. */
export function scopeOf(value: string): Scope {
  return {
    variable: () => value,
    input: () => value,
    node: () => ({ status: 'completed', output: value, error: value, exitCode: 0 }),
  }
}

/** What bash did. */
export interface BashRun {
  stdout: string
  stderr: string
  status: number | null
}

/** Runs a script as it is, in an empty folder. */
export function runInBash(script: string, env: Record<string, string> = {}): BashRun {
  const folder = mkdtempSync(join(tmpdir(), 'ion-bash-'))
  try {
    writeFileSync(join(folder, 'script'), script)
    const run = spawnSync('/bin/bash', ['script'], {
      cwd: folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    })
    return { stdout: run.stdout.toString(), stderr: run.stderr.toString(), status: run.status }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Rewrites a script, sets its variables and runs it. */
export function runTemplate(source: string, value: string, env?: Record<string, string>): BashRun {
  return runInBash(assignmentsFor([source], value) + rewritten(source), env)
}

/** The script that Ion makes of another. */
export function rewritten(source: string): string {
  return parseBashTemplate(source, context).template.script
}

/** The assignments for the references of scripts, all of one value. */
export function assignmentsFor(sources: string[], value: string): string {
  const scope = scopeOf(value)
  const bindings = sources.flatMap((source) => parseBashTemplate(source, context).template.bindings)
  const variables = new Map(
    bindings.map(({ variable, reference }) => [variable, referenceText(resolveReference(reference, scope))]),
  )
  return bashAssignments([...variables].map(([variable, text]) => ({ variable, value: text })))
}

/** Whether bash can read a script. */
export function bashAccepts(script: string): boolean {
  return spawnSync('/bin/bash', ['-n'], { input: script, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0
}
