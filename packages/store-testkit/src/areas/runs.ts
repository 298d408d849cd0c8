import { casesOf } from '../conformance-case.ts'

export const runs = casesOf('runs', {})
