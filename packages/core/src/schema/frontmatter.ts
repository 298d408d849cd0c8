import { z } from 'zod'

const hint = 'must be a text or a list of texts'
const text = z.string('must be a text')

/** What may stand before the text of a command file. */
export const frontmatterSchema = z
  .object({
    description: text.nullable(),
    arguments: z.union([text, z.array(text, hint)], hint).nullable(),
    /** As other tools call it. */
    'argument-hint': text.nullable(),
  })
  .partial()

/** What a command file says of itself. */
export type CommandFrontmatter = z.output<typeof frontmatterSchema>
