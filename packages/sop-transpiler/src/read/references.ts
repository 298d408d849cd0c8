/** What can be referred to. */
export interface ReferenceTarget {
  heading: string
}

/** The headings that a text refers to, in the order of the targets. */
export type ReferenceFinder = (text: string) => string[]

/** Longer names are not looked for by all of their words. */
const mostWords = 12

/** The anchor that a heading gets on the web. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}

/**
 * Finds what a text refers to: by a link, by name if that has two words or more, or as `the … section`, which may leave out
 * the last words of a name. Of `Appendix A: Plan` the part before the colon is a name too.
 */
export function referenceFinder(targets: readonly ReferenceTarget[]): ReferenceFinder {
  const order = new Map(targets.map(({ heading }, index) => [heading, index]))
  const anchors = new Index()
  const names = new Index()
  const beginnings = new Index()
  for (const { heading } of targets) {
    anchors.add(anchorOf(heading), heading)
    const words = wordsOf(heading).slice(0, mostWords)
    const [lead = ''] = heading.split(/\s*[:–—]\s*/)
    for (const name of [words, wordsOf(lead)]) if (name.length > 1) names.add(name.join(' '), heading)
    for (let count = words.length === 1 ? 1 : 2; count <= words.length; count++) {
      beginnings.add(words.slice(0, count).join(' '), heading)
    }
  }
  return (text) => {
    const found = new Set<string>()
    for (const [, anchor = ''] of text.matchAll(/\(#([^\s()]+)\)/g)) anchors.find(anchor.toLowerCase(), found)
    const words = wordsOf(text)
    for (const at of words.keys()) {
      let name = ''
      for (let count = 1; count <= mostWords && at + count <= words.length; count++) {
        name += `${count === 1 ? '' : ' '}${words[at + count - 1]}`
        if (!beginnings.has(name) && !names.has(name) && count > 1) break
        names.find(name, found)
        if (words[at + count] === 'section') beginnings.find(name, found)
      }
    }
    return [...found].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
  }
}

/** Headings by what stands for them. */
class Index {
  readonly #headings = new Map<string, Set<string>>()

  add(key: string, heading: string): void {
    const headings = this.#headings.get(key)
    if (headings === undefined) this.#headings.set(key, new Set([heading]))
    else headings.add(heading)
  }

  has(key: string): boolean {
    return this.#headings.has(key)
  }

  find(key: string, found: Set<string>): void {
    for (const heading of this.#headings.get(key) ?? []) found.add(heading)
  }
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_][\p{L}\p{N}_&/'-]*/gu) ?? []
}
