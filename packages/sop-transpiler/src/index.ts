export type * from './model.ts'
export { type ParsedSop, parseSop, type SopOptions } from './parse-sop.ts'
export type { Granularity } from './transpile/unit.ts'
export { TranspileError, type TranspileOptions, toYaml, transpileSop } from './transpile-sop.ts'
