import { casesOf } from '../conformance-case.ts'

export const concurrency = casesOf('concurrency', {})
