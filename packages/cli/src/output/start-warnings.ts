import type { Diagnostic } from '@ion/core'
import type { WorkflowEvent } from '@ion/store'
import { z } from 'zod'

const position = z.object({ line: z.int(), column: z.int() })

const warningsSchema = z.array(
  z.object({
    code: z.string(),
    severity: z.enum(['error', 'warning', 'info']),
    message: z.string(),
    path: z.string().nullable(),
    range: z.object({ start: position, end: position }),
  }),
)

/** What the start of a run warns of, such as a secret that has no value; none where the event holds something else. */
export function warningsOf({ payload }: WorkflowEvent): Diagnostic[] {
  const warnings = 'warnings' in payload ? warningsSchema.safeParse(payload.warnings) : null
  return warnings?.success ? warnings.data : []
}
