/** What stands in brackets behind a parameter's name. */
export interface Qualifier {
  required: boolean | null
  /** The default as written, and where it stands in the text. */
  default: { text: string; at: number } | null
  type: string | null
  /** What is none of these. */
  note: string | null
}

/**
 * The end of the brackets that begin at an offset. Brackets in quotes and in code do not count.
 *
 * @returns the offset behind the closing bracket; `null` when there is none
 */
export function closingBracket(text: string, from: number): number | null {
  let depth = 0
  let quote = ''
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at)
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === '"' || char === '`') {
      if (text.includes(char, at + 1)) quote = char
    } else if (char === '(') depth += 1
    else if (char === ')' && --depth === 0) return at + 1
  }
  return null
}

const typeWords =
  /^(?:str(?:ing)?|text|int(?:eger)?|float|number|bool(?:ean)?|list|array|dict|object|json|enum|path|url|date)\b/i

/**
 * Reads `required`, `optional, default: "x"`, `enum, optional` and the like. A default goes on to the next word of the
 * format, whatever is in it.
 */
export function readQualifier(text: string): Qualifier {
  const found: Qualifier = { required: null, default: null, type: null, note: null }
  const notes: string[] = []
  for (const { part, at } of partsOf(text)) {
    const tag = /^(required|optional)\b[\s,:;-]*/i.exec(part)
    const preset = /^defaults?(?:\s+to\b|\s*[:=]|\s+(?=["'`]))\s*/i.exec(part)
    const type = /^type\s*[:=]\s*/i.exec(part)
    if (tag) {
      found.required ??= tag[1]?.toLowerCase() === 'required'
      if (part.length > tag[0].length) notes.push(part.slice(tag[0].length))
    } else if (preset && found.default === null) {
      found.default = { text: part.slice(preset[0].length), at: at + preset[0].length }
    } else if (type) found.type = part.slice(type[0].length)
    else if (typeWords.test(part) && found.type === null && found.default === null) found.type = part
    else if (found.default !== null && notes.length === 0) {
      const { at: from } = found.default
      found.default = { text: text.slice(from, at + part.length), at: from }
    } else notes.push(part)
  }
  return { ...found, note: notes.length === 0 ? null : notes.join(', ') }
}

/** The parts between commas that stand outside of quotes, code and brackets. */
function partsOf(text: string): { part: string; at: number }[] {
  const parts: { part: string; at: number }[] = []
  let depth = 0
  let quote = ''
  let start = 0
  const push = (end: number) => {
    const raw = text.slice(start, end)
    const part = raw.trim()
    if (part !== '') parts.push({ part, at: start + (raw.length - raw.trimStart().length) })
  }
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === '"' || char === '`') quote = char
    else if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) depth -= 1
    else if (char === ',' && depth <= 0) {
      push(at)
      start = at + 1
    }
  }
  push(text.length)
  return parts
}
