import { printable } from './printable.ts'

const longest = 200

/** The first line of a text, for a place that has room for one. */
export function oneLine(text: string): string {
  const [first = '', ...rest] = printable(text).trim().split('\n')
  if (first.length > longest) return cutLine(first)
  return rest.length > 0 ? `${first} …` : first
}

/** A line, cut where it is very long. */
export function cutLine(line: string): string {
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
