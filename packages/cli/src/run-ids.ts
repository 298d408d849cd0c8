import { randomBytes } from 'node:crypto'

/** Digits and letters that are not taken for one another. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const idLength = 8
/** The fewest characters of an id that are shown. */
const shortest = 4

/** A new run id: eight characters, 40 random bits. */
export function newRunId(): string {
  return Array.from(randomBytes(idLength), (byte) => alphabet[byte % alphabet.length]).join('')
}

/**
 * The shortest beginning of an id, at least four characters, that no other id has. Pure.
 *
 * @param others - May contain the id itself.
 *
 * @example
 * shortenId('7f3a2k9m', ['7f3a2k9m', '7f3b0000']) // '7f3a'
 */
export function shortenId(id: string, others: Iterable<string>): string {
  let length = shortest
  for (const other of others) {
    if (other === id) continue
    length = Math.max(length, commonLength(id, other) + 1)
  }
  // An id that another one begins with is exact only as a whole, and then it wins over the longer one.
  return id.slice(0, length)
}

function commonLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return length
}
