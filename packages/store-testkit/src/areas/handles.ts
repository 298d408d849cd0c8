import { casesOf } from '../conformance-case.ts'

export const handles = casesOf('handles', {})
