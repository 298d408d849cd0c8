import { z } from 'zod'

/** The keys that a schema allows at a place; none where any will do. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodUnion) {
    return inner.options.flatMap((option) => (option instanceof z.ZodType ? keysAt(option, path) : []))
  }
  if (step === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
  const next: unknown =
    inner instanceof z.ZodObject
      ? inner.shape[String(step)]
      : inner instanceof z.ZodRecord
        ? inner.valueType
        : inner instanceof z.ZodArray
          ? inner.element
          : undefined
  return next instanceof z.ZodType ? keysAt(next, rest) : []
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodOptional) && !(schema instanceof z.ZodDefault)) return schema
  const inner = schema.unwrap()
  return inner instanceof z.ZodType ? unwrapped(inner) : schema
}
