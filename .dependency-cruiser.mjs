// The boundaries between the packages: who may import what. `test/boundaries.test.ts` shows that each rule bites.

/** Per package: the packages of the house and the outside ones that its sources may import. */
const mayImport = {
  store: { ours: [], outside: ['zod'] },
  core: { ours: [], outside: ['zod', 'yaml', 'fastest-levenshtein', 'ajv'] },
  executor: { ours: ['core', 'store'], outside: [] },
  'sop-transpiler': {
    ours: ['core'],
    outside: [
      'unified',
      'remark-parse',
      'remark-gfm',
      'remark-frontmatter',
      'mdast-util-to-string',
      'unist-util-visit',
      'yaml',
      '@types/mdast',
    ],
  },
  'store-fs': { ours: ['store'], outside: [] },
  'store-kysely': { ours: ['store'], outside: ['kysely'] },
  'store-sqlite': {
    ours: ['store', 'store-kysely'],
    outside: ['kysely', 'better-sqlite3', '@types/better-sqlite3'],
  },
  'store-postgres': { ours: ['store', 'store-kysely'], outside: ['kysely', 'pg', '@types/pg'] },
  'store-testkit': { ours: ['store'], outside: [] },
  cli: {
    ours: ['core', 'executor', 'store', 'store-fs', 'sop-transpiler'],
    outside: ['commander', 'picocolors', 'zod'],
  },
}

/** What tests may import besides, from any package. */
const forTests = {
  ours: ['store-testkit', 'store-fs', 'store-sqlite', 'store-postgres'],
  outside: ['vitest', 'fast-check', 'better-sqlite3', 'libsql', '@electric-sql/pglite', 'pg'],
}

/** What tests may import by its path: the servers that they run against. */
const forTestsByPath = '^test/servers/'

/** Tests, and what only they use. */
const testFile = '^packages/[^/]+/(src/.*[.]test(-support)?[.]ts$|test/)'

/** Modules that something other than an import starts: entry points, child processes, worker threads. */
const entryPoint = '^packages/[^/]+/src/(index|main|open-store|conformance-child|renewal-worker)[.]ts$'

/** Other modules that only tests use. */
const testSupport = [
  '^packages/core/src/testing/',
  '^packages/core/src/template/testing/',
  '^packages/core/src/template/script/testing/',
  '^packages/store-fs/src/(scenario|faulty-files)[.]ts$',
  '^packages/store-testkit/src/(served/|broken-stores)',
]

const forbidden = [
  ...Object.keys(mayImport).flatMap(rulesOfPackage),
  {
    name: 'no-reaching-into-packages',
    comment: 'Another package is imported by its name, never by a path into its folder.',
    severity: 'error',
    from: { path: '^(packages/[^/]+|examples/[^/]+|test)/' },
    to: { path: '^packages/', pathNot: '^$1/', dependencyTypes: ['local'] },
  },
  {
    name: 'sops-load-late',
    comment: 'What reads Markdown is loaded when the first SOP is to be read: other commands do without.',
    severity: 'error',
    from: { path: '^packages/cli/src/', pathNot: testFile },
    to: { path: '^packages/sop-transpiler/', dynamic: false, dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-cycles',
    comment: 'Modules that need each other are one module, or lack a third.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-unresolvable',
    comment: 'Also what a package does not export: its exports are its only way in.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-orphans',
    comment: 'What nothing reaches from an entry point is not part of the program.',
    severity: 'error',
    from: { path: entryPoint },
    to: { path: '^packages/[^/]+/src/', pathNot: [testFile, entryPoint, ...testSupport], reachable: false },
  },
]

/** A package's sources import themselves, what the table says, and Node; its tests a little more. */
function rulesOfPackage(name) {
  const { ours, outside } = mayImport[name]
  const imports = (what) => [
    `^packages/${name}/`,
    '^tsup[.]config[.]base[.]ts$',
    ...what.ours.map((other) => `^packages/${other}/src/index[.]ts$`),
    ...what.outside.map((other) => `(^|/)node_modules/${other}/`),
  ]
  const tests = { ours: [...ours, ...forTests.ours], outside: [...outside, ...forTests.outside] }
  return [
    {
      name: `${name}-imports`,
      comment: `@ion/${name} may import ${[...ours.map((other) => `@ion/${other}`), ...outside, 'Node'].join(', ')}.`,
      severity: 'error',
      from: { path: `^packages/${name}/`, pathNot: testFile },
      to: { pathNot: imports({ ours, outside }), dependencyTypesNot: ['core'], couldNotResolve: false },
    },
    {
      name: `${name}-test-imports`,
      comment: `Tests of @ion/${name} may also import ${[...forTests.ours.map((other) => `@ion/${other}`), ...forTests.outside].join(', ')}.`,
      severity: 'error',
      from: { path: testFile.replace('[^/]+', name) },
      to: {
        pathNot: [...imports(tests), forTestsByPath],
        dependencyTypesNot: ['core'],
        couldNotResolve: false,
      },
    },
  ]
}

export default {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      conditionNames: ['ion-source', 'types', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
}
