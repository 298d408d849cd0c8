import { distance } from 'fastest-levenshtein'

/** The names that one which doesn't exist may have meant: mistyped by up to two letters, or containing it. Nearest first. */
export function nearNames(name: string, names: string[]): string[] {
  const wanted = name.toLowerCase()
  return [...new Set(names)]
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => isNear(wanted, candidate.toLowerCase(), edits))
    .toSorted((a, b) => a.edits - b.edits || a.candidate.localeCompare(b.candidate))
    .slice(0, 5)
    .map(({ candidate }) => candidate)
}

function isNear(wanted: string, candidate: string, edits: number): boolean {
  if (edits <= 2 && edits < Math.max(wanted.length, candidate.length)) return true
  return wanted.length >= 3 && candidate.includes(wanted)
}

/** The end of a sentence that suggests names; nothing when there are none. */
export function suggestion(names: string[]): string {
  return names.length === 0 ? '' : `; did you mean ${names.map((name) => `\`${name}\``).join(' or ')}?`
}
