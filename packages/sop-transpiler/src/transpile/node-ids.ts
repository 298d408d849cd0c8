import { createHash } from 'node:crypto'
import { variableNames } from '@ion/core'

/** Ids that a reference would read as something else; ids that differ only in case are one. */
const reserved = new Set(['INPUTS', 'LOOP_PREV', ...variableNames].map((name) => name.toLowerCase()))

/**
 * Gives nodes their ids. That of a step is made of the words of its title, so that it stays the same when steps are moved,
 * added and renumbered. Of equal ones the second gets `-2`.
 *
 * @example
 * const names = new NodeNames()
 * names.of('Explore Phase') // 'explore-phase'
 * names.of('Explore phase!') // 'explore-phase-2'
 * names.beside('check', 'explore-phase') // 'check-explore-phase'
 */
export class NodeNames {
  readonly #taken = new Set(reserved)
  readonly #nexts = new Map<string, number>()

  /** The id of a step. All steps are named before anything beside them, so that nothing takes their names. */
  of(title: string): string {
    return this.#free(slug(title))
  }

  /** The id of a node that goes with that of a step. */
  beside(kind: string, id: string): string {
    return this.#free(`${kind}-${id}`)
  }

  #free(base: string): string {
    let id = base
    let next = this.#nexts.get(base) ?? 2
    for (; this.#taken.has(id); next++) id = `${base}-${next}`
    this.#nexts.set(base, next)
    this.#taken.add(id)
    return id
  }
}

/** At most 52 characters, which leaves room for what goes before and behind. A title without a letter of ASCII is named by a digest. */
function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, 52)
    .replace(/^-+|-+$/g, '')
  if (words === '') return `step-${createHash('sha256').update(title).digest('hex').slice(0, 8)}`
  return /^[a-z_]/.test(words) ? words : `step-${words}`
}
