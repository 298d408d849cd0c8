import { printable } from './printable.ts'

const longest = 200

/** The first line of a text, cut where it is very long: for a place that has room for one. */
export function oneLine(text: string): string {
  const [first = '', ...rest] = printable(text).trim().split('\n')
  if (first.length > longest) return `${first.slice(0, longest - 1)}…`
  return rest.length > 0 ? `${first} …` : first
}
