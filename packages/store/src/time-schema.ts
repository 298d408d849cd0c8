import { z } from 'zod'

/** Schema of a time that every store can keep: ISO, UTC, milliseconds. Not every database knows the year 0. */
export const timeSchema = z.iso
  .datetime({ precision: 3 })
  .regex(/^(?!0000)/, 'must be a time after the year 0')
