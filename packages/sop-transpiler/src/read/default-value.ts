import type { JsonValue, Range } from '@ion/core'
import type { SopDefault } from '../model.ts'

/** `{name}`, but not in `${name}` and `{{name}}`. */
export const placeholderPattern = /(?<![${])\{([A-Za-z_][A-Za-z0-9_-]*)\}(?!\})/g

/** The names of the parameters whose values a text asks for, each once. */
export function placeholdersIn(text: string, names: ReadonlySet<string>): string[] {
  const found = Array.from(text.matchAll(placeholderPattern), ([, name = '']) => name)
  return [...new Set(found.filter((name) => names.has(name)))]
}

/**
 * What a default is. In quotes, in code, or a number, `true` or `false`: a value. With the name of a parameter in braces: a
 * template. Everything else says in words where the value comes from.
 */
export function classifyDefault(
  text: string,
  { names, range }: { names: ReadonlySet<string>; range: Range },
): SopDefault {
  const quoted = /^(["'`])(.*)\1$/s.exec(text)
  const inner = quoted?.[2] !== undefined && !quoted[2].includes(quoted[1] ?? '') ? quoted[2] : null
  const isCode = inner !== null && text.startsWith('`')
  const content = isCode ? unquoted(inner) : inner
  const bare = inner === null ? text : inner
  const parameters = placeholdersIn(bare, names)
  if (parameters.length > 0 && (inner !== null || !/\s/.test(text))) {
    return { kind: 'template', value: content ?? text, parameters, text, range }
  }
  const isBare = inner === null || (isCode && content === inner)
  const scalar = isBare ? (scalarOf(bare) ?? (isCode ? compoundOf(bare) : undefined)) : undefined
  if (scalar !== undefined) return { kind: 'literal', value: scalar, text, range }
  if (content !== null) return { kind: 'literal', value: content, text, range }
  return { kind: 'prose', text, range }
}

function unquoted(text: string): string {
  return /^"([^"]*)"$/.exec(text)?.[1] ?? /^'([^']*)'$/.exec(text)?.[1] ?? text
}

function scalarOf(text: string): JsonValue | undefined {
  if (/^true$/i.test(text)) return true
  if (/^false$/i.test(text)) return false
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined
}

/** A list or a mapping in JSON. */
function compoundOf(text: string): JsonValue | undefined {
  if (!/^[[{]/.test(text)) return undefined
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
