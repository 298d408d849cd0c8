import { z } from 'zod'
import { scriptRuntimes, triggerRules } from '../definition.ts'
import { durationSchema } from './duration.ts'
import { textSchema } from './text.ts'

/** What `loop:` and the like are: read by their own schemas. */
const mapping = z.record(z.string(), z.unknown(), 'must be a mapping')

const packageForm = 'must be the name of a package, as a text'

const packageSchema = z
  .string(packageForm)
  .refine((name) => name.trim() !== '' && !/\p{Cc}/u.test(name), packageForm)

/** The keys that every node may have. */
export const nodeBaseSchema = z
  .object({
    id: z.string('must be a text'),
    description: z.string('must be a text').nullable(),
    depends_on: z.array(z.string('must be a node id'), 'must be a node id or a list of node ids').nullable(),
    trigger_rule: z.enum(
      triggerRules,
      `must be one of ${triggerRules.map((rule) => `\`${rule}\``).join(', ')}`,
    ),
    when: textSchema,
    retry: mapping,
    timeout: durationSchema,
    idle_timeout: durationSchema,
    env: mapping.nullable(),
    cwd: textSchema,
    allow_failure: z.boolean('must be `true` or `false`'),
    on_interrupt: z.enum(['rerun', 'fail'], 'must be `rerun` or `fail`'),
  })
  .partial()

/** Keys that some types of nodes have beside the key that makes them so. */
export const scriptKeysSchema = z
  .object({
    runtime: z.enum(
      scriptRuntimes,
      `must be one of ${scriptRuntimes.map((runtime) => `\`${runtime}\``).join(', ')}`,
    ),
    deps: z.array(packageSchema, 'must be a list of packages').nullable(),
    with: mapping.nullable(),
  })
  .partial()

/** The keys that make a node what it is: a node has exactly one. */
export const nodeTypeSchema = z
  .object({
    bash: textSchema,
    script: textSchema,
    prompt: textSchema,
    command: textSchema,
    loop: mapping,
    approval: mapping,
    cancel: textSchema,
  })
  .partial()
