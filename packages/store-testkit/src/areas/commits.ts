import { casesOf } from '../conformance-case.ts'

export const commits = casesOf('commits', {})
