import { z } from 'zod'
import { nodeBaseSchema } from './node.ts'
import { textSchema } from './text.ts'

const mapping = z.record(z.string(), z.unknown(), 'must be a mapping')
const parallel = 'must be a whole number above 0'

/** The keys of a workflow. */
export const workflowSchema = z
  .object({
    name: textSchema.refine((name) => !/[\p{Cc}]/u.test(name), 'must be a single line'),
    description: z.string('must be a text').nullable(),
    inputs: mapping.nullable(),
    secrets: z.array(z.string('must be a name'), 'must be a list of names').nullable(),
    nodes: z.array(z.unknown(), 'must be a list of nodes').min(1, 'must have at least one node'),
    max_parallel: z.int(parallel).min(1, parallel),
    defaults: mapping.nullable(),
  })
  .partial()

/** What stands under `defaults:`: for every node that doesn't say otherwise. */
export const defaultsSchema = nodeBaseSchema.pick({
  retry: true,
  timeout: true,
  idle_timeout: true,
  env: true,
  cwd: true,
  on_interrupt: true,
})
