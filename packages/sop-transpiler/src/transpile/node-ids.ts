import { createHash } from 'node:crypto'
import { variableNames } from '@ion/core'

/** Ids that a reference would read as something else; ids that differ only in case are one. */
const reserved = new Set(['INPUTS', 'LOOP_PREV', ...variableNames].map((name) => name.toLowerCase()))

/**
 * An id for each title: its words, so that it stays the same when steps are moved, added and renumbered. Of equal ones the
 * second gets `-2`.
 *
 * @example
 * nodeIds(['Explore Phase', 'Explore phase!', '3D model']) // ['explore-phase', 'explore-phase-2', 'step-3d-model']
 */
export function nodeIds(titles: readonly string[]): string[] {
  const taken = new Set(reserved)
  const nexts = new Map<string, number>()
  return titles.map((title) => {
    const base = slug(title)
    let id = base
    let next = nexts.get(base) ?? 2
    for (; taken.has(id); next++) id = `${base}-${next}`
    nexts.set(base, next)
    taken.add(id)
    return id
  })
}

/** At most 52 characters, which leaves room for a number. A title without a letter of ASCII is named by a digest. */
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
