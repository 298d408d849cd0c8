import { casesOf } from '../conformance-case.ts'

export const outputs = casesOf('outputs', {})
