/** A part of an expression; `end` is exclusive. */
export interface Part {
  start: number
  end: number
}

/** Splits a part of an expression at a separator, but not inside single quotes. */
export function splitOutsideQuotes(
  source: string,
  { separator, start, end }: Part & { separator: '||' | '&&' },
): Part[] {
  const parts: Part[] = []
  let from = start
  let quoted = false
  let at = start
  while (at < end) {
    if (source[at] === "'") quoted = !quoted
    if (!quoted && source.startsWith(separator, at)) {
      parts.push({ start: from, end: at })
      at += separator.length
      from = at
    } else {
      at++
    }
  }
  return [...parts, { start: from, end }]
}
