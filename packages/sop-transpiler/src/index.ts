export type * from './model.ts'
export { type ParsedSop, parseSop, type SopOptions } from './parse-sop.ts'
