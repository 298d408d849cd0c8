import { casesOf } from '../conformance-case.ts'

export const paging = casesOf('paging', {})
