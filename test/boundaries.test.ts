import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  cruise,
  type ICruiseOptions,
  type ICruiseResult,
  type IForbiddenRuleType,
  type IResolveOptions,
} from 'dependency-cruiser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

interface Config {
  forbidden: IForbiddenRuleType[]
  options: ICruiseOptions & { tsConfig?: unknown; enhancedResolveOptions: Partial<IResolveOptions> }
}
const config: Config = (await import(new URL('../.dependency-cruiser.mjs', import.meta.url).href)).default

const packages = [
  'store',
  'core',
  'executor',
  'store-fs',
  'store-kysely',
  'store-sqlite',
  'store-postgres',
  'store-testkit',
  'sop-transpiler',
  'cli',
]
const outside = [
  'zod',
  'yaml',
  'fastest-levenshtein',
  'commander',
  'picocolors',
  'kysely',
  'better-sqlite3',
  'pg',
  'vitest',
  'fast-check',
  'left-pad',
]

/** A repository of the same shape, in which every package can find every other one, and keeps all rules. */
const lawful = {
  'packages/store/src/index.ts': "import 'zod'\nexport * from './run.ts'",
  'packages/store/src/run.ts': "import 'node:fs'\nexport const run = 1",
  'packages/store/src/run.test.ts': "import 'vitest'\nimport 'fast-check'\nimport '@ion/store-testkit'",
  'packages/core/src/index.ts': "import 'zod'\nimport 'yaml'\nimport 'fastest-levenshtein'",
  'packages/executor/src/index.ts': "import '@ion/core'\nimport '@ion/store'",
  'packages/sop-transpiler/src/index.ts': "import '@ion/core'\nimport 'yaml'",
  'packages/executor/src/resume.test.ts': "import '@ion/store-fs'\nimport './index.ts'",
  'packages/store-fs/src/index.ts': "import '@ion/store'",
  'packages/store-kysely/src/index.ts': "import '@ion/store'\nimport 'kysely'",
  'packages/store-kysely/src/append.test.ts': "import 'better-sqlite3'\nimport 'pg'",
  'packages/store-sqlite/src/index.ts': "import '@ion/store-kysely'\nimport 'better-sqlite3'",
  'packages/store-postgres/src/index.ts': "import '@ion/store-kysely'\nimport 'pg'",
  'packages/store-testkit/src/index.ts': "import '@ion/store'",
  'packages/cli/src/main.ts':
    "import 'commander'\nimport 'picocolors'\nimport '@ion/executor'\nimport '@ion/store-fs'\nexport const sops = import('@ion/sop-transpiler')",
  'packages/cli/src/index.ts': "import '@ion/core'\nimport '@ion/store'",
  'packages/cli/test/run.test.ts':
    "import 'vitest'\nimport '../src/index.ts'\nimport '../../../test/servers/postgres.ts'",
  'examples/embed/embed.ts': "import '@ion/executor'",
  'test/servers/postgres.ts': "import 'node:net'",
}

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ion-boundaries-'))
  for (const name of packages) {
    const exports = { '.': { 'ion-source': './src/index.ts' } }
    write(`packages/${name}/package.json`, JSON.stringify({ name: `@ion/${name}`, type: 'module', exports }))
    mkdirSync(join(root, 'node_modules/@ion'), { recursive: true })
    symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@ion', name))
  }
  for (const name of outside) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, exports: './index.js' }))
    write(`node_modules/${name}/index.js`, '')
  }
  for (const [path, text] of Object.entries(lawful)) write(path, text)
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** Which rules are broken, and where: `rule: from -> to`. */
async function violations(): Promise<string[]> {
  const { tsConfig: _, enhancedResolveOptions, ...options } = config.options
  const cruised: ICruiseOptions = {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  }
  const { output } = await cruise(['packages', 'examples'], cruised, enhancedResolveOptions)
  const { summary } = output as ICruiseResult
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
}

describe('package boundaries', () => {
  it('let every package import what the design says', async () => {
    expect(await violations()).toEqual([])
  })

  const unlawful: [rule: string, path: string, text: string][] = [
    ['store-imports', 'packages/store/src/run.ts', "import '@ion/core'"],
    ['store-imports', 'packages/store/src/run.ts', "import 'yaml'"],
    ['store-imports', 'packages/store/src/run.ts', "import type { Graph } from '@ion/core'"],
    ['store-test-imports', 'packages/store/src/run.test.ts', "import '@ion/executor'"],
    ['core-imports', 'packages/core/src/index.ts', "import '@ion/store'"],
    ['core-imports', 'packages/core/src/index.ts', "import 'commander'"],
    ['core-test-imports', 'packages/core/src/graph.test.ts', "import '@ion/executor'"],
    ['executor-imports', 'packages/executor/src/index.ts', "import '@ion/store-fs'"],
    ['executor-imports', 'packages/executor/src/index.ts', "export const store = import('@ion/store-fs')"],
    ['executor-imports', 'packages/executor/src/index.ts', "import 'zod'"],
    ['executor-test-imports', 'packages/executor/src/resume.test.ts', "import '@ion/cli'"],
    ['store-fs-imports', 'packages/store-fs/src/index.ts', "import '@ion/executor'"],
    ['store-fs-imports', 'packages/store-fs/src/index.ts', "import '../../../test/servers/postgres.ts'"],
    ['store-fs-test-imports', 'packages/store-fs/src/log.test.ts', "import '@ion/core'"],
    ['store-kysely-imports', 'packages/store-kysely/src/index.ts', "import 'better-sqlite3'"],
    ['store-kysely-test-imports', 'packages/store-kysely/src/append.test.ts', "import '@ion/executor'"],
    ['store-sqlite-imports', 'packages/store-sqlite/src/index.ts', "import 'pg'"],
    ['store-sqlite-test-imports', 'packages/store-sqlite/src/lock.test.ts', "import '@ion/core'"],
    ['store-postgres-imports', 'packages/store-postgres/src/index.ts', "import 'better-sqlite3'"],
    ['store-postgres-test-imports', 'packages/store-postgres/src/pool.test.ts', "import '@ion/core'"],
    ['store-testkit-imports', 'packages/store-testkit/src/index.ts', "import 'vitest'"],
    ['store-testkit-test-imports', 'packages/store-testkit/src/kit.test.ts', "import '@ion/core'"],
    ['sop-transpiler-imports', 'packages/sop-transpiler/src/index.ts', "import '@ion/executor'"],
    ['sop-transpiler-test-imports', 'packages/sop-transpiler/src/parse.test.ts', "import '@ion/cli'"],
    ['cli-imports', 'packages/cli/src/index.ts', "import '@ion/store-testkit'"],
    ['cli-imports', 'packages/cli/src/index.ts', "import 'left-pad'"],
    ['cli-test-imports', 'packages/cli/test/run.test.ts', "import 'left-pad'"],
    ['sops-load-late', 'packages/cli/src/index.ts', "import '@ion/sop-transpiler'"],
    ['no-reaching-into-packages', 'packages/cli/src/index.ts', "import '../../executor/src/index.ts'"],
    ['no-reaching-into-packages', 'examples/embed/embed.ts', "import '../../packages/executor/src/index.ts'"],
    ['no-unresolvable', 'packages/executor/src/index.ts', "import '@ion/store/src/run.ts'"],
    ['no-cycles', 'packages/store/src/run.ts', "import './index.ts'"],
    ['no-orphans', 'packages/core/src/forgotten.ts', 'export const nobody = 1'],
  ]
  it.each(unlawful)('%s refuses, in %s, %s', async (rule, path, text) => {
    write(path, text)
    const broken = await violations()
    expect(broken.filter((violation) => violation.startsWith(`${rule}: `)).join('\n')).toContain(path)
  })

  it('has a case for every rule', () => {
    const shown = new Set(unlawful.map(([rule]) => rule))
    expect(config.forbidden.map(({ name }) => name).filter((name) => !shown.has(name ?? ''))).toEqual([])
  })
})
