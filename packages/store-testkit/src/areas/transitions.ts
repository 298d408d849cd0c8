import { casesOf } from '../conformance-case.ts'

export const transitions = casesOf('transitions', {})
