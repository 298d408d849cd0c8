export type { CaseContext } from './case-context.ts'
export type { Area, ConformanceCase } from './conformance-case.ts'
export {
  type CaseResult,
  type ConformanceReport,
  conformanceReport,
  type Tally,
} from './conformance-report.ts'
export { describeStore, type TestRunner } from './describe-store.ts'
export { type MemoryData, MemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export { openStore } from './open-memory-store.ts'
export type { StoreChild } from './store-child.ts'
export { type BoundCase, conformanceCases, storeConformance } from './store-conformance.ts'
export type { Need, OptionalAbility, Place, StoreSubject } from './subject.ts'
export { type Fate, type LosingOptions, withUnknownOutcomes } from './unknown-outcomes.ts'
