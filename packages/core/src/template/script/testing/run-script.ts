import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scopeOf } from '../../testing/run-in-bash.ts'
import { parseScriptTemplate } from '../parse-script-template.ts'
import { renderScript } from '../render-script.ts'
import type { ScriptLanguage } from '../script-template.ts'

const names = { nodeIds: new Set(['a', 'b', 'fetch-issue']), inputs: new Set(['name', 'base-branch']) }

/** Parses a script of the tests. */
export function parse(source: string, language: ScriptLanguage) {
  return parseScriptTemplate(source, { language, ...names })
}

/** Renders a script with every value being the same. */
export function render(source: string, language: ScriptLanguage, value: string): string {
  return renderScript(parse(source, language).template, scopeOf(value))
}

/** What scripts need before the expressions of the tests. */
const preludes: { readonly [Language in ScriptLanguage]: string } = {
  typescript: 'let n = 1\nconst tag = (_, ...values) => values.join("")\n',
  python: 'import json\n',
}

const printers: { readonly [Language in ScriptLanguage]: (expressions: string[]) => string } = {
  typescript: (expressions) =>
    `const out = []\n${expressions.map((each) => `out.push(${each}\n)\n`).join('')}process.stdout.write(JSON.stringify(out))\n`,
  python: (expressions) =>
    `out = []\n${expressions.map((each) => `out.append(${each}\n)\n`).join('')}print(json.dumps(out))\n`,
}

/** Evaluates expressions, already rendered, in one program on the real thing, and returns their values. */
export function evaluate(expressions: string[], language: ScriptLanguage): unknown[] {
  const program = preludes[language] + printers[language](expressions)
  const { stdout, stderr, status } = runProgram(program, language)
  if (status !== 0) throw new Error(`exit ${status}: ${stderr.slice(0, 2_000)}`)
  const values: unknown = JSON.parse(stdout)
  return Array.isArray(values) ? values : []
}

/** Runs a program, as a file in UTF-8. */
export function runProgram(
  program: string,
  language: ScriptLanguage,
): { stdout: string; stderr: string; status: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'ion-script-'))
  const file = join(folder, language === 'python' ? 'script.py' : 'script.mjs')
  const command = language === 'python' ? 'python3' : process.execPath
  try {
    writeFileSync(file, program)
    const run = spawnSync(command, [file], { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 })
    return { stdout: String(run.stdout), stderr: String(run.stderr), status: run.status }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
