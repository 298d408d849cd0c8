import { z } from 'zod'

/** A text that says something. */
export const textSchema = z
  .string('must be a text')
  .refine((text) => text.trim() !== '', 'must not be empty')
  .refine((text) => !text.includes('\0'), 'must not contain a NUL character')
