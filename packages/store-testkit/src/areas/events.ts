import { casesOf } from '../conformance-case.ts'

export const events = casesOf('events', {})
