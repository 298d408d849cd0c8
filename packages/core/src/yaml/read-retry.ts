import type { z } from 'zod'
import { checkKeys } from '../checks/keys.ts'
import { retrySchema } from '../schema/retry.ts'
import { type FieldContext, readFields } from './read-fields.ts'
import { entryOf, type SourceMap } from './source-tree.ts'

/** What `retry:` says; absent keys are left to the defaults. */
export type RetryFields = z.output<typeof retrySchema>

/** Reads `retry:` of a node or of the defaults. */
export function readRetry(map: SourceMap, context: FieldContext): RetryFields {
  const value = entryOf(map, 'retry')?.value
  if (value?.kind !== 'map') return {}
  return readFields(checkKeys(value, 'retry', context.report), retrySchema, context)
}
