import { distance } from 'fastest-levenshtein'

/**
 * The name nearest to a mistyped one: at most two edits away, and never one that has nothing in common with it.
 *
 * @example
 * closestName('biuld', ['build', 'test']) // 'build'
 */
export function closestName(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let fewest = 3
  for (const candidate of names) {
    const edits = distance(name, candidate)
    if (edits < fewest && edits < Math.max(name.length, candidate.length)) {
      best = candidate
      fewest = edits
    }
  }
  return best
}
