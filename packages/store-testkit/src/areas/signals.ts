import { casesOf } from '../conformance-case.ts'

export const signals = casesOf('signals', {})
