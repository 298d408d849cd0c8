import { PathError, type PromptHandler, parsePath } from '@ion/executor'
import { z } from 'zod'

const text = z.string('must be a text').min(1, 'must not be empty')
const texts = z.array(z.string('must be a text'), 'must be a list of texts')
const mapping = 'must be a mapping'

const path = text.superRefine((value, context) => {
  try {
    parsePath(value)
  } catch (error) {
    if (!(error instanceof PathError)) throw error
    context.addIssue({ code: 'custom', message: 'must be a path such as `items[0].text`' })
  }
})

const selector = z.union(
  [
    path,
    z.strictObject({
      path,
      where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    }),
  ],
  'must be a path such as `items[0].text`, or `{path, where}`',
)

const usage = z.strictObject(
  {
    per_model: selector.optional(),
    model: selector.optional(),
    input_tokens: selector.optional(),
    output_tokens: selector.optional(),
    cost: selector.optional(),
  },
  mapping,
)

const output = z
  .strictObject(
    {
      format: z.enum(['text', 'json', 'jsonl'], 'must be `text`, `json` or `jsonl`').default('text'),
      text: selector.optional(),
      structured: selector.optional(),
      session: selector.optional(),
      usage: usage.optional(),
      error: selector.optional(),
    },
    mapping,
  )
  .superRefine(({ format, text: place, ...others }, context) => {
    const hasPaths = place !== undefined || Object.values(others).some((each) => each !== undefined)
    if (format === 'text' && hasPaths) {
      context.addIssue({ code: 'custom', message: 'needs `format: json` or `jsonl` for its paths' })
    }
    if (format !== 'text' && place === undefined) {
      context.addIssue({ code: 'custom', message: 'needs `text`, the path of the answer' })
    }
  })

/** An agent that is a command. */
export const commandAgentSchema = z.strictObject(
  {
    command: z.union(
      [text, texts.min(1, 'must name a program')],
      'must be a shell command or a list: a program and its arguments',
    ),
    input: z.enum(['stdin', 'argument'], 'must be `stdin` or `argument`').optional(),
    output: output.optional(),
    args: z
      .strictObject({ model: texts.optional(), schema: texts.optional(), resume: texts.optional() }, mapping)
      .optional(),
    env: z.record(z.string(), z.string('must be a text'), mapping).optional(),
  },
  mapping,
)

/** An agent that is a function. Only a program can have one. */
export const functionAgentSchema = z.strictObject(
  {
    prompt: z.custom<PromptHandler>((value) => typeof value === 'function', 'must be a function'),
  },
  mapping,
)

const folder = text.optional()

/** What all files of configuration may say. */
const shared = {
  default_agent: text.optional(),
  record_texts: z.boolean('must be `true` or `false`').optional(),
  store: text.optional(),
  stores: z
    .record(
      z.string().regex(/^[a-z][a-z0-9+.-]*$/, 'must be the scheme of a URL, such as `level`'),
      text,
      mapping,
    )
    .optional(),
  folders: z
    .strictObject(
      { runs: folder, artifacts: folder, commands: folder, scripts: folder, sops: folder, workflows: folder },
      mapping,
    )
    .optional(),
  variables: z
    .strictObject(
      { BASE_BRANCH: text.optional(), DOCS_DIR: text.optional(), STATE_DIR: text.optional() },
      mapping,
    )
    .optional(),
}

const agentName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must have letters, digits, `_`, `.` and `-`')
  .refine((name) => name !== 'echo', 'is built in, and can not be another agent')

/** What a YAML file may say. */
export const yamlConfigSchema = z.strictObject({
  agents: z.record(agentName, commandAgentSchema, mapping).optional(),
  ...shared,
})

/** What a program may say besides. */
export const programConfigSchema = z.strictObject({
  agents: z
    .record(
      agentName,
      z.union([commandAgentSchema, functionAgentSchema], 'must have a `command`, or a function `prompt`'),
      mapping,
    )
    .optional(),
  ...shared,
})

/** An agent that is a command, as it is configured. */
export type CommandAgentConfig = z.output<typeof commandAgentSchema>

/** An agent as it is configured: a command, or a function. */
export type AgentConfig = CommandAgentConfig | z.output<typeof functionAgentSchema>

/** A configuration as it is used. */
export type CheckedConfig = z.output<typeof programConfigSchema>

/** What `ion.config.ts` exports; the same, without functions, is what `.ion/config.yaml` holds. */
export type IonConfig = z.input<typeof programConfigSchema>
