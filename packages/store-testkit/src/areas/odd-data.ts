import { casesOf } from '../conformance-case.ts'

export const oddData = casesOf('odd data', {})
